export { type LeasedSubnet, leaseExact, leaseNext, release } from './leases.js';
export { freeSubnet } from './pools.js';
