export { skipHostIndex, takeHostIndex } from './host-index.js';
export { isDead, newOwner, type Owner } from './owner.js';
export type { EndpointRecord, NetnsRecord, NetworkRecord, SandboxRecord } from './records.js';
export { addSandbox, findSandbox, removeSandbox, updateSandbox } from './sandboxes.js';
export { type CursorRecord, type LeaseRecord, Store, type Tables } from './store.js';
