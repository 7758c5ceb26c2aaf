export { isAbandoned } from './abandoned.js';
export { type Attached, type AttachResult, describeRecord } from './attached.js';
export { attempt, attemptAsync } from './attempt.js';
export { Batcher } from './batcher.js';
export { attachChunk, type Entry } from './chunk.js';
export type { EndpointContext } from './context.js';
export { type DetachResult, detachRecords, detachSandboxes } from './detach.js';
export { namespaceFile } from './host-namespace.js';
export { type AttachSpec, netnsDirectory } from './spec.js';
