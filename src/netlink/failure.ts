import { constants } from 'node:os';
import { fromKernel, type NetplumbError, newError } from '../errors/index.js';
import type { NativeFailure } from './native.js';

const { EBADMSG, EINTR, ECANCELED } = constants.errno;

/** What an operation was about, for the message of its error. */
export interface FailureContext {
  /** `veth3f2a9c01`, `sandbox web`. */
  readonly object?: string;
  readonly step?: string;
}

/** The addon's error as one that is thrown: with a stack of ours, the kernel's words and a hint. */
export function failureToError(failure: NativeFailure, context: FailureContext = {}): NetplumbError {
  const { errno, operation, message, attribute } = failure;
  if (errno === EBADMSG) {
    return newError('EBADREPLY', { operation, reason: message }, context);
  }
  if (errno === EINTR) {
    return newError('EDUMPINTR', { operation, attempts: 64 }, context);
  }
  if (errno === ECANCELED) {
    return newError('ECLOSED', {}, context);
  }
  return fromKernel({
    errno,
    operation,
    ...(message && { kernelMessage: message }),
    ...(attribute && { attribute }),
    ...context,
  });
}

/** A rejection of the addon (an Error with the failure in `kernel`) as one of ours; anything else is passed through. */
export function rejectionToError(reason: unknown, context: FailureContext = {}): unknown {
  if (reason instanceof Error && 'kernel' in reason) {
    return failureToError(reason.kernel as NativeFailure, context);
  }
  return reason;
}
