import { privilegeHint } from './capability.js';
import { errnoName, errnoText } from './errno.js';
import { type ErrorDetails, NetplumbError } from './netplumb-error.js';
import { escapeText, quote } from './quote.js';

/** What to do about the usual refusals, whatever the operation. Those for lack of a privilege: see capability.ts. */
export const kernelHints: Readonly<Record<string, string>> = {
  EACCES: 'Run as root.',
  EADDRINUSE: 'Another program has that port, or one that overlaps it; choose another port, or end that program.',
  EADDRNOTAVAIL: 'No interface has that address (any more); "ip address" shows those that there are.',
  EAFNOSUPPORT: 'This kernel has that address family switched off or not built in.',
  EBUSY: 'Something else uses or changes it at the moment; try again.',
  EEXIST: 'Something of that name or address is already there; remove it first, or run gc if netplumb left it.',
  EMFILE: 'This process has too many files open; raise its limit (ulimit -n).',
  ENETDOWN: 'The interface is down; set it up first.',
  ENETUNREACH: 'The gateway is not reachable over an address of the interface; add that address first.',
  ENFILE: 'The machine has too many files open; raise the setting fs.file-max.',
  ENOBUFS: 'The kernel ran out of buffers; try again, and read the state again if this was a subscription.',
  ENODEV: 'The interface does not exist (any more), or this kernel lacks its kind.',
  ENOMEM: 'The machine is out of kernel memory.',
  ENOSPC: 'For a namespace: raise the setting user.max_net_namespaces. For a file: its file system is full.',
  ENOTSUPP: 'This kernel, or the driver of the interface, lacks this feature.',
  EOPNOTSUPP: 'This kernel, or the kind of interface, lacks this feature; "netplumb doctor" shows what it offers.',
  EPERM: 'Run as root.',
  ERESTART: 'Someone else has changed the firewall meanwhile: read it again, then try again.',
  EROFS: 'The file system is mounted read-only, as /proc/sys is in most containers.',
  ESRCH: 'What it names does not exist (any more): a process, or a route.',
  EXFULL: 'A bridge has at most 1023 ports; attach further sandboxes to another network.',
};

/** What the kernel refused, as it said it. */
export interface KernelFailure extends ErrorDetails {
  /** The error number; Node's own negative ones do as well. */
  readonly errno: number;
  /** Its name, if the caller knows it. */
  readonly code?: string | undefined;
  /** What we can say about it, where the kernel says nothing but the number. */
  readonly reason?: string | undefined;
}

/**
 * The kernel's refusal as an error: `code` is the errno name (`EEXIST`), the message names the operation, the object, the
 * kernel's own words and the attribute they point at. Refusals for lack of a privilege are told which capability is missing.
 */
export function fromKernel(failure: KernelFailure): NetplumbError {
  const errno = Math.abs(failure.errno);
  const code = failure.code ?? errnoName(errno);
  const hint = failure.hint ?? hintFor(code, failure);
  const error = new NetplumbError(code, kernelSentence(code, errno, failure), { ...failure, errno, hint });
  Error.captureStackTrace(error, fromKernel);
  return error;
}

function hintFor(code: string, { operation, object }: ErrorDetails): string | undefined {
  const isPrivilege = code === 'EPERM' || code === 'EACCES';
  const hint = isPrivilege ? privilegeHint(`${operation ?? ''} ${object ?? ''}`) : undefined;
  return hint ?? (Object.hasOwn(kernelHints, code) ? kernelHints[code] : undefined);
}

function kernelSentence(
  code: string,
  errno: number,
  { operation, object, reason, kernelMessage, attribute }: KernelFailure,
): string {
  const text = errnoText(errno);
  return [
    escapeText(operation ?? 'a system call'),
    object ? ` for ${escapeText(object)}` : '',
    ` failed with ${code}`,
    text ? ` (${text})` : '',
    reason ? `: ${escapeText(reason)}` : '',
    kernelMessage ? `; the kernel says ${quote(kernelMessage)}` : '',
    attribute ? `${kernelMessage ? '' : ';'} about attribute ${escapeText(attribute)}` : '',
  ].join('');
}
