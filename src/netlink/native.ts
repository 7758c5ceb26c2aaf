import { createRequire } from 'node:module';
import { newError } from '../errors/index.js';
import { packageRoot } from './package.js';
import type { Listing, Request } from './request.js';

/** A network namespace by process, path or descriptor of this process. */
export type NetnsRef = { readonly pid: number } | { readonly path: string } | { readonly fd: number };

/** What went wrong, and who says so; see `Error` in native/netlink/result.h. */
export interface NativeFailure {
  readonly errno: number;
  readonly operation: string;
  /** The kernel's extended acknowledgement, or our own words; may be empty. */
  readonly message: string;
  /** The attribute it is about, as a path; may be empty. */
  readonly attribute: string;
  /** The file it is about; may be empty. */
  readonly object: string;
}

export interface NativeAnswer {
  readonly error: NativeFailure | null;
  /** The message that came back, by the request's own table; null when there was only an acknowledgement. */
  readonly body: unknown;
}

/**
 * Parameters of the host, then requests of which none depends on another's success, then links to be settled; see
 * native/engine/plan.h.
 */
export interface Step {
  readonly name: string;
  /** The requests go to the sandbox's namespace; otherwise to the host's. */
  readonly inside: boolean;
  /** The plan goes on when the kernel refuses the requests. */
  readonly optional?: boolean;
  readonly hostSysctls?: readonly Sysctl[];
  readonly requests: readonly Request[];
  /**
   * Links, by name, whose carrier the kernel is to act on at once. Left to its worker, that happens up to a second later, and
   * until then what is sent is dropped.
   */
  readonly settled?: readonly string[];
  /** What takes the step back, in the namespace in which it was done. */
  readonly undo: readonly Request[];
}

/** A parameter below /proc/sys/net: `{ path: 'ipv6/conf/default/accept_ra', value: '0' }`. */
export interface Sysctl {
  readonly path: string;
  readonly value: string;
  /** A kernel without the parameter will do. */
  readonly optional?: boolean | undefined;
  /** Of a plan in a namespace that was there before: stays when the plan is done. */
  readonly lasting?: boolean | undefined;
}

export interface Plan {
  readonly sandbox: NetnsRef | { readonly create: true };
  /** The file under /run/netns that a new namespace is bound to, or that links to `linkTarget`. */
  readonly pin?: string | undefined;
  readonly linkTarget?: string | undefined;
  /** For the links that the plan makes: a namespace that was there before has its own values again when the plan is done. */
  readonly sysctls: readonly Sysctl[];
  readonly steps: readonly Step[];
}

/** A link that is known by both, so that it is not taken for another. */
export interface LinkName {
  readonly name: string;
  readonly index: number;
}

export interface PlanOutcome {
  readonly error: NativeFailure | null;
  /** The step in which it failed: 'namespace' or a step's name; '' when it did not. */
  readonly failedStep: string;
  readonly leftovers: readonly NativeFailure[];
  /** The kernel's number of the sandbox's namespace, unique until the next boot. */
  readonly cookie: bigint;
  /** Microseconds of each step, 'namespace' first. */
  readonly times: Readonly<Record<string, number>>;
}

export interface NativeNotifications {
  readonly messages: readonly { readonly type: number; readonly body: unknown }[];
  /** Some were lost among these. */
  readonly lost: boolean;
  /** Why nothing more will come. */
  readonly error: NativeFailure | null;
}

/** What a file says, or why it cannot be read. */
export interface NativeText {
  readonly text: string | null;
  readonly error: NativeFailure | null;
}

/** A port of one address of the host, or of all: `0.0.0.0`, `::`. */
export interface HostPort {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** One thread in one network namespace; see native/engine/engine.h. */
export interface NativeEngine {
  /**
   * `sandboxSlot`: the descriptor that means a plan's own sandbox wherever its messages name a namespace. `home`: that of
   * the thread's namespace. Both are open until `close`.
   */
  ready(): Promise<{ readonly sandboxSlot: number; readonly home: number }>;
  exchange(requests: readonly Request[], netns?: NetnsRef): Promise<NativeAnswer[]>;
  dump(listing: Listing, netns?: NetnsRef): Promise<unknown[]>;
  /** See native/nftables/transaction.h. */
  transact(requests: readonly Request[], generation?: number): Promise<NativeAnswer[]>;
  /** `plans`: Plan[] as JSON. */
  carryOut(plans: string): Promise<PlanOutcome[]>;
  unpin(paths: readonly string[]): Promise<(NativeFailure | null)[]>;
  /** See native/netns/link_groups.h. */
  groupLinks(links: readonly LinkName[], group: number): Promise<(NativeFailure | null)[]>;
  sysctl(sysctls: readonly Sysctl[]): Promise<(NativeFailure | null)[]>;
  /** `sys/net/ipv4/ip_forward`, `net/ip_tables_names`; see SysctlTree::read in native/netns/sysctl.h. */
  readFiles(paths: readonly string[]): Promise<NativeText[]>;
  /** See native/netns/held_ports.h. */
  holdPorts(ports: readonly HostPort[]): Promise<(NativeFailure | null)[]>;
  releasePorts(ports: readonly HostPort[]): Promise<(NativeFailure | null)[]>;
  /** Multicast groups of a protocol (NETLINK_*). */
  /**
   * Makes the kernel forget connections, and tells how many there were; see native/conntrack/selection.h. Takes as long
   * as listing all of them.
   */
  flushConnections(wishes: {
    readonly ports: readonly HostPort[];
    readonly addresses: readonly string[];
    readonly hostAddresses: readonly string[];
  }): Promise<number>;
  subscribe(
    protocol: number,
    groups: readonly number[],
    listener: (news: NativeNotifications) => void,
  ): Promise<number>;
  unsubscribe(subscription: number): void;
  close(): Promise<void>;
}

/** A member of a message: a header's or an attribute. */
export interface NativeMember {
  readonly name: string;
  /** See `Kind` in native/netlink/schema.h. */
  readonly kind: string;
  /** The table of what nests in it. */
  readonly schema?: string;
  /** Which other member chooses the table, and which value of it which table. */
  readonly selector?: string;
  readonly choices?: readonly { readonly key: string; readonly schema: string }[];
}

export interface NativeTables {
  readonly messages: readonly { readonly number: number; readonly name: string; readonly schema: string }[];
  readonly schemas: Readonly<Record<string, readonly NativeMember[]>>;
}

/** A program to run; see native/process/command.h. */
export interface NativeCommand {
  /** Paths of the program, tried in order. */
  readonly candidates: readonly string[];
  readonly arguments: readonly string[];
  readonly netns?: NetnsRef | undefined;
  readonly hostname?: string | undefined;
  /** What it finds in the place of a file, or without a source an empty directory in that of another; see native/process/mounts.h. */
  readonly mounts?: readonly { readonly source?: string; readonly target: string }[] | undefined;
  /** `NAME=VALUE`: what it has beside this process's variables, and instead of those of these names. */
  readonly environment?: readonly string[] | undefined;
}

/** A program that reads a text and whose output is kept; see Command::input in native/process/command.h. */
export interface NativeTool {
  readonly candidates: readonly string[];
  /** The first is the program's own name. */
  readonly arguments: readonly string[];
  readonly netns?: NetnsRef | undefined;
  readonly input: string;
}

/** `signal` is 0 unless one ended it, `code` is 0 then. */
export interface NativeToolOutcome {
  readonly code: number;
  readonly signal: number;
  readonly output: string;
  readonly errors: string;
}

/** A program that runs; it dies with this process. */
export interface NativeRunning {
  /** `signal` is 0 unless one ended it, `code` is 0 then. */
  readonly ended: Promise<{ readonly code: number; readonly signal: number }>;
  /** Nothing happens when it has ended. */
  signal(number: number): void;
}

export interface Native {
  readonly Engine: new (host: NetnsRef, isUrgent: boolean) => NativeEngine;
  /** The bytes of a request, its sequence number left 0. */
  encode(request: Request | Listing): Buffer;
  /** Resolves when the program runs. */
  startCommand(command: NativeCommand): Promise<NativeRunning>;
  /** Whether the open file is ours from now on: without waiting. See native/process/file_lock.h. */
  lockFile(descriptor: number): boolean;
  unlockFile(descriptor: number): void;
  /**
   * Takes room for these bytes of an open file, which does not become longer; false where that cannot be done in advance. See
   * native/process/file_room.h.
   */
  reserveFile(descriptor: number, start: number, end: number): boolean;
  /** The inode that a path leads to; undefined where there is no file. */
  inodeOf(path: string): number | undefined;
  /** The first bytes of an open file as they are at each moment. Whoever writes there dies of it (SIGSEGV). */
  viewFile(descriptor: number, size: number): ArrayBuffer;
  /**
   * Takes the calling thread into a network namespace for good: sockets that it opens from now on are in there, and so
   * are threads and processes that it starts; threads that are there already (libuv's pool, once it was used) stay where
   * they are. Only for programs of our own that have nothing to do elsewhere, never in somebody's process.
   */
  enterNetns(netns: NetnsRef): void;
  /** Resolves when the program has ended. */
  runTool(tool: NativeTool): Promise<NativeToolOutcome>;
  /**
   * Tells of signals instead of what else they would do, until the function that it returns is called. `fromKernel`: the
   * terminal's whole foreground process group got it. See native/process/signal_watch.h.
   */
  watchSignals(numbers: readonly number[], listener: (number: number, fromKernel: boolean) => void): () => void;
  /**
   * Writes a value, by its JSON, into the target from byte `start` on, and returns where it ends; nothing is written when that is
   * behind the target. `key`: see native/records/packed.h. Throws TypeError for what is no JSON.
   */
  packJson(json: string, key: string, target: Uint8Array, start: number): number;
  /** The JSON of the value that bytes `start` to before `end` are. Throws RangeError when they are none. */
  unpackJson(source: Uint8Array, start: number, end: number, key: string): string;
  /** What the kernel's bytes say: the payload of a message of that number, without its struct nlmsghdr. */
  decode(type: number, payload: Uint8Array): unknown;
  /** The tables by which messages are written and read; see native/netlink/describe.h. */
  describe(): NativeTables;
}

let loaded: Native | undefined;

/** The addon, loaded at the first call. Throws EADDON. */
export function native(): Native {
  loaded ??= load();
  return loaded;
}

function load(): Native {
  const require = createRequire(import.meta.url);
  const root = packageRoot();
  try {
    return (require('node-gyp-build') as (directory: string) => Native)(root);
  } catch (cause) {
    throw newError('EADDON', { tried: `${root}/prebuilds, ${root}/build/Release` }, { cause });
  }
}
