export type { OwnCode } from './catalog.js';
export { fromKernel, type KernelFailure } from './kernel.js';
export { type ErrorCode, type ErrorDetails, type ErrorJson, NetplumbError } from './netplumb-error.js';
export { type ErrorValues, newError } from './own.js';
export { quote } from './quote.js';
