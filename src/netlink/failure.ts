import { constants } from 'node:os';
import { fromKernel, type NetplumbError, newError } from '../errors/index.js';
import type { NativeFailure } from './native.js';

const { EBADMSG, ECANCELED, EINTR, ENOMEM, ESRCH } = constants.errno;

/** As often is a listing read that changes meanwhile (kMostAttempts in native/netlink/dump.h). */
const dumpAttempts = 64;

/** What an operation was about, for the message of its error. */
export interface FailureContext {
  /** `veth3f2a9c01`, `sandbox web`. */
  readonly object?: string | undefined;
  readonly step?: string | undefined;
}

/** The addon's error as one that is thrown: with a stack of ours, the kernel's words and a hint. */
export function failureToError(failure: NativeFailure, context: FailureContext = {}): NetplumbError {
  const error = toError(failure, context);
  Error.captureStackTrace(error, failureToError);
  return error;
}

/** A rejection of the addon (an Error with the failure in `kernel`) as one of ours; anything else is passed through. */
export function rejectionToError(reason: unknown, context: FailureContext = {}): unknown {
  if (reason instanceof Error && 'kernel' in reason) {
    return failureToError(reason.kernel as NativeFailure, context);
  }
  return reason;
}

function toError(failure: NativeFailure, context: FailureContext): NetplumbError {
  if (failure.operation === 'encode') {
    return unwritable(failure, context);
  }
  const details = { ...context, object: failure.object || context.object };
  return ownError(failure, details) ?? kernelError(failure, details);
}

/** Nothing was sent. The addon's object is the request; what it is about, the caller knows. */
function unwritable({ object, message, attribute }: NativeFailure, context: FailureContext): NetplumbError {
  const problem = attribute ? `attribute ${attribute}: ${message}` : message;
  const facts = { ...context, operation: object, attribute: attribute || undefined };
  return newError('EBADREQUEST', { request: object, problem }, facts);
}

/** What is not the kernel's refusal; native/netlink/result.h says how to tell. */
function ownError({ errno, operation, message, object }: NativeFailure, details: FailureContext) {
  if (operation === 'netns') {
    return newError('ENOTNETNS', { path: object, reason: message }, details);
  }
  if (operation === 'engine' && errno === ECANCELED) {
    return newError('ECLOSED', {}, details);
  }
  if (operation === 'engine' && errno !== ENOMEM) {
    return newError('EENGINE', { reason: message }, details);
  }
  const [, pid] = /^\/proc\/(\d+)\/ns\/net$/.exec(object) ?? [];
  if (operation === 'open' && errno === ESRCH && pid !== undefined) {
    return newError('ENOPROCESS', { pid: Number(pid) }, details);
  }
  if (errno === EBADMSG) {
    return newError('EBADREPLY', { operation, reason: message }, details);
  }
  if (/^(RTM|NFT_MSG|IPCTNL_MSG_CT)_GET/.test(operation) && errno === EINTR) {
    return newError('EDUMPINTR', { operation, attempts: dumpAttempts }, details);
  }
  return undefined;
}

function kernelError({ errno, operation, message, attribute }: NativeFailure, details: FailureContext): NetplumbError {
  // Requests alone are refused in the kernel's own words.
  const words = /^(RTM|NFT_MSG|NFNL_MSG|IPCTNL_MSG)_/.test(operation)
    ? { kernelMessage: message || undefined }
    : { reason: message };
  return fromKernel({ ...details, ...words, errno, operation, attribute: attribute || undefined });
}
