export type { Attached, AttachResult, AttachSpec, DetachResult } from './endpoint/index.js';
export { type ErrorCode, type ErrorJson, NetplumbError } from './errors/index.js';
export {
  type AttachAllOptions,
  type AttachOptions,
  type GarbageReport,
  Host,
  type HostOptions,
  openHost,
  type Sandbox,
} from './host/index.js';
export { type CommandEnd, type RunOptions, type RunSpec, run } from './runtime/index.js';
