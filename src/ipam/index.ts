export { chooseSubnets, type SubnetWish, type Surroundings } from './choose-subnets.js';
export { type DefaultPool, defaultPools, parsePools } from './default-pools.js';
export { freeSubnet } from './free-subnet.js';
export { holderOf, type Leased, leaseExact, leaseNext, release } from './leases.js';
export { nameserverRanges } from './nameservers.js';
export { addressOf, type Pool, poolsOf } from './pool.js';
export { type ClaimOptions, claimedPorts, claimPorts, releasePorts } from './ports.js';
export { forgetPools, holders, reserve, reserveOne } from './reservations.js';
export { resumeBehind } from './resume.js';
