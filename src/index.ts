export type { Attached, AttachResult, AttachSpec, DetachResult } from './endpoint/index.js';
export { type ErrorCode, type ErrorJson, NetplumbError } from './errors/index.js';
export {
  type AttachAllOptions,
  type AttachOptions,
  type ConnectOptions,
  examineHost,
  type Finding,
  type FindingId,
  type FindingLevel,
  type GarbageReport,
  Host,
  type HostNetworks,
  type HostOptions,
  type NetworkEndpoint,
  type NetworkInfo,
  openHost,
  type Sandbox,
} from './host/index.js';
export type { NetworkSpec } from './network/index.js';
export { type CommandEnd, type RunOptions, type RunSpec, run } from './runtime/index.js';
