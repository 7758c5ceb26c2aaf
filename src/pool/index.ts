export { drain } from './drain.js';
export { listPools, type PoolInfo } from './list.js';
export { type FillOptions, Pool, type TakenSandbox } from './pool.js';
export type { PoolOptions, TakeOptions, TakeSpec } from './spec.js';
