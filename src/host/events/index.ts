export * from './event.js';
export { type EventsOptions, HostEvents, readEventTypes } from './host-events.js';
