export { listPools, type PoolInfo } from './list.js';
export { type FillOptions, Pool, removeEntries, type TakenSandbox, type TakeOptions } from './pool.js';
export type { PoolOptions, TakeSpec } from './spec.js';
