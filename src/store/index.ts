export { takeHostIndex } from './host-index.js';
export { isDead, newOwner, nobody, type Owner } from './owner.js';
export type { EndpointRecord, NetnsRecord, NetworkRecord, SandboxRecord } from './records.js';
export { addSandbox, allSandboxes, findSandbox, removeSandbox, updateSandbox } from './sandboxes.js';
export { Store, type Tables } from './store.js';
