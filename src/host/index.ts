export type { GarbageReport } from './gc.js';
export { type AttachAllOptions, type AttachOptions, Host, openHost, type Sandbox } from './host.js';
export type { HostOptions } from './options.js';
