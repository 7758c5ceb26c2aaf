export * from './address.js';
export { type Answer, Connection } from './connection.js';
export * from './link.js';
export type { NetnsRef, Plan, PlanOutcome, Step, Sysctl } from './native.js';
export * from './request.js';
export * from './route.js';
