export type { NetworkSpec } from '../network/index.js';
export {
  type FillOptions,
  Pool,
  type PoolInfo,
  type PoolOptions,
  type TakenSandbox,
  type TakeOptions,
  type TakeSpec,
} from '../pool/index.js';
export { examineHost, type Finding, type FindingId, type FindingLevel } from './doctor/index.js';
export {
  type AddressEvent,
  type DamageEvent,
  type EndpointEvent,
  type EventsOptions,
  type EventType,
  eventTypes,
  type HostEvent,
  HostEvents,
  type LinkEvent,
  type LinkOwner,
  type LinkSummary,
  type LostHostEvents,
  type MaybeNamed,
  type NamedObject,
  type NetworkEvent,
  type RouteEvent,
  type RouteWay,
  readEventTypes,
  type SandboxEvent,
} from './events/index.js';
export type { GarbageReport } from './gc.js';
export { type AttachAllOptions, type AttachOptions, Host, openHost, type Sandbox } from './host.js';
export type { ConnectOptions, HostNetworks, NetworkEndpoint, NetworkInfo } from './networks.js';
export type { HostOptions } from './options.js';
export { type Rules, renderRules } from './rules.js';
