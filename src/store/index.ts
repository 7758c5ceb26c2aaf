export {
  changesAfter,
  latestChange,
  type RecordChange,
  type SandboxChange,
} from './changes.js';
export { Definitions } from './definitions.js';
export { placeOf } from './file.js';
export { takeHostIndex } from './host-index.js';
export { addNetwork, allNetworks, findNetwork, removeNetwork } from './networks.js';
export { isDead, newOwner, nobody, type Owner } from './owner.js';
export {
  countPooled,
  dropRow,
  forgetPooled,
  halfDoneOf,
  networksOfPools,
  type PoolKey,
  pooledFrom,
  shapesOfPool,
  shelveSandbox,
  takeSandbox,
  withdrawSandbox,
} from './pooled.js';
export type {
  EndpointRecord,
  ExposedPort,
  LinkRecord,
  NamingRecord,
  NetnsRecord,
  NetworkRecord,
  PortClaim,
  PortRecord,
  PublishedPort,
  SandboxRecord,
  SubnetRecord,
  Unsettled,
} from './records.js';
export { addSandbox, allSandboxes, findSandbox, refuseTakenName, removeSandbox, updateSandbox } from './sandboxes.js';
export { hasRecords } from './state-file.js';
export { Store, type SubnetEntry, type Tables } from './store.js';
export { overlappingSubnet } from './subnets.js';
