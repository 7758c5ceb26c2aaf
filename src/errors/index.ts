export { attempt, attemptAsync, throwFirst } from './attempt.js';
export type { OwnCode } from './catalog.js';
export { fromKernel } from './kernel.js';
export { nearest } from './nearest.js';
export { type ErrorCode, type ErrorJson, NetplumbError } from './netplumb-error.js';
export { codeOf, fromNode, ifThere, refusable } from './node.js';
export { type ErrorValues, newError } from './own.js';
