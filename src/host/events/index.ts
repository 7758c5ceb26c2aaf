export * from './event.js';
export { type EventsOptions, HostEvents } from './host-events.js';
