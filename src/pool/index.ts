export { drain } from './drain.js';
export { listPools, type PoolInfo } from './list.js';
export { Pool, type TakenSandbox } from './pool.js';
export type { PoolOptions, TakeOptions, TakeSpec } from './spec.js';
export type { FillOptions } from './supply.js';
