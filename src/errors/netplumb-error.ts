import type { OwnCode } from './catalog.js';

/** A code of netplumb's own, or the errno name of what the kernel refused. */
export type ErrorCode = OwnCode | (string & Record<never, never>);

/** What an error can say besides its code and message, all of it plain data. */
interface Facts {
  /** The kernel's error number, positive. */
  readonly errno?: number | undefined;
  /** The netlink request (`RTM_NEWLINK`) or system call (`setns`) that failed. */
  readonly operation?: string | undefined;
  /** The named step of a plan in which it failed. */
  readonly step?: string | undefined;
  /** What it was about: `veth3f2a9c01`, `sandbox web`. */
  readonly object?: string | undefined;
  /** The kernel's own words (extended acknowledgement). */
  readonly kernelMessage?: string | undefined;
  /** The attribute that the kernel points at, as a path: `link.info.data.peer.name`. */
  readonly attribute?: string | undefined;
  /** What a person can do about it. */
  readonly hint?: string | undefined;
}

/** What an error can be made of besides its code and message. */
export interface ErrorDetails extends Facts {
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/** An error as JSON: no stack, and of its cause only code and message. */
export interface ErrorJson extends Facts {
  readonly code: string;
  readonly message: string;
  readonly cause?: { readonly code?: string; readonly message: string };
}

/** The one class of error that netplumb throws. `code` says what happened, the message says it to people. */
export class NetplumbError extends Error {
  readonly code: ErrorCode;
  // Declared, not defined: a detail that is not known is no property at all, so that a printed error is short.
  declare readonly errno?: number;
  declare readonly operation?: string;
  declare readonly step?: string;
  declare readonly object?: string;
  declare readonly kernelMessage?: string;
  declare readonly attribute?: string;
  declare readonly hint?: string;

  override get name(): string {
    return 'NetplumbError';
  }

  /** Use `newError` and `fromKernel`, which know the messages and hints. */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    Object.assign(this, pickFacts(details));
  }

  toJSON(): ErrorJson {
    const cause = causeOf(this.cause);
    return { code: this.code, message: this.message, ...pickFacts(this), ...(cause && { cause }) };
  }
}

// In the order of the JSON: what people look for comes first.
const factNames = ['hint', 'errno', 'operation', 'step', 'object', 'kernelMessage', 'attribute'] as const;

function pickFacts(from: Facts): Facts {
  return Object.fromEntries(factNames.map((name) => [name, from[name]]).filter(([, value]) => value !== undefined));
}

function causeOf(cause: unknown): ErrorJson['cause'] {
  if (!(cause instanceof Error)) {
    return undefined;
  }
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return { ...(code !== undefined && { code }), message: cause.message };
}
