import { readdirSync, readFileSync } from 'node:fs';
import { attempt, NetplumbError } from '../errors/index.js';

/** What a file says or how many entries a directory has; nothing where that cannot be had. */
export interface Machine {
  text(path: string): string | undefined;
  count(directory: string): number | undefined;
}

/** What the kernel has refused: its code, and the system call or request. */
interface Refusal {
  readonly code: string;
  readonly operation?: string | undefined;
}

/** What is to be said of a limit that was met, with its value where that can be had. */
type Limit = (machine: Machine) => string;

/** Beside more of these a program that launches sandboxes by the thousand seldom needs any. */
const plenty = 65_536;

/** Of memory, taken by one namespace with a veth: 3.2 GB for ten thousand, measured on Linux 6.18. */
const kibOfSandbox = 330;

/**
 * The error with a hint that names the limit that was met, its value and what to raise; the same error where none is known to have
 * been met. Which refusal comes of which limit: inc_net_namespaces (net/core/net_namespace.c), count_mounts (fs/namespace.c),
 * alloc_fd and alloc_empty_file (fs/file.c, fs/file_table.c), neigh_alloc (net/core/neighbour.c).
 */
export function withLimit(error: Error, machine: Machine = thisMachine): Error {
  if (!(error instanceof NetplumbError)) {
    return error;
  }
  const limit = limitOf(error);
  return limit
    ? new NetplumbError(error.code, error.message, { ...error, cause: error.cause, hint: limit(machine) })
    : error;
}

function limitOf({ code, operation = '' }: Refusal): Limit | undefined {
  switch (code) {
    case 'ENOSPC':
      return {
        unshare: namespaces,
        mount: mounts,
        open: fileSystem,
        mkdir: fileSystem,
        symlink: fileSystem,
        fallocate: roomOfRecords,
      }[operation];
    case 'EMFILE':
      return openFiles;
    case 'ENFILE':
      return allFiles;
    case 'ENOMEM':
      return memory;
    case 'EAGAIN':
      return operation === 'pthread_create' ? threads : undefined;
    case 'ENOBUFS':
      return operation === 'RTM_NEWNEIGH' ? neighbours : undefined;
    default:
      return undefined;
  }
}

const namespaces: Limit = (machine) => {
  const most = setting(machine, 'user.max_net_namespaces');
  return `No further network namespace may be made: the limit user.max_net_namespaces is ${shown(most)}. ${raised('user.max_net_namespaces', most)}. In a user namespace those above it count, too.`;
};

const mounts: Limit = (machine) => {
  const most = setting(machine, 'fs.mount-max');
  const used = machine.text('/proc/self/mountinfo')?.split('\n').length;
  return `A namespace that has a name is a mount, and a mount namespace has at most fs.mount-max of them, which is ${shown(most)}; this one has ${shown(used)}. ${raised('fs.mount-max', most)}.`;
};

const fileSystem: Limit = () =>
  'The file system of /run/netns is full, or has no room for further files: see df -i /run and df /run; enlarge it: mount -o remount,size=…,nr_inodes=… /run.';

const roomOfRecords: Limit = () =>
  'The file system of the run directory has no room for further records, beside the megabyte that is kept for removing what is there: see df /run; enlarge it: mount -o remount,size=… /run.';

const openFiles: Limit = (machine) => {
  const limits = machine.text('/proc/self/limits') ?? '';
  const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(limits) ?? [];
  const used = machine.count('/proc/self/fd');
  const most = setting(machine, 'fs.nr_open');
  return `This process may have ${soft ?? 'only so many'} files open (ulimit -n), and has ${shown(used)}: each published port takes one or two. Raise the limit: ulimit -n ${plenty}, or LimitNOFILE= of its service (now at most ${hard ?? 'its hard limit'}; root may go up to fs.nr_open, which is ${shown(most)}).`;
};

const allFiles: Limit = (machine) => {
  const most = setting(machine, 'fs.file-max');
  const [used] = machine.text('/proc/sys/fs/file-nr')?.split(/\s+/) ?? [];
  return `All processes together may have fs.file-max files open, which is ${shown(most)}, and have ${used ?? 'that many'}. ${raised('fs.file-max', most)}.`;
};

const memory: Limit = (machine) => {
  const [, available] = /^MemAvailable:\s+(\d+) kB/m.exec(machine.text('/proc/meminfo') ?? '') ?? [];
  const left = available === undefined ? 'unknown' : `${Math.floor(Number(available) / 1024)} MiB`;
  return `The kernel is out of memory, or the control group of this process is (memory.max). A sandbox takes about ${kibOfSandbox} KiB of it; available are ${left}.`;
};

const threads: Limit = (machine) => {
  const [most, pids] = ['kernel.threads-max', 'kernel.pid_max'].map((name) => setting(machine, name));
  return `No further thread may be made: kernel.threads-max is ${shown(most)}, kernel.pid_max ${shown(pids)}, and a control group may have fewer (pids.max, TasksMax= of a service). Raise them: sysctl -w kernel.pid_max=4194304 kernel.threads-max=4194304`;
};

const neighbours: Limit = (machine) => {
  const name = 'net.ipv4.neigh.default.gc_thresh3';
  const most = setting(machine, name);
  return `The neighbour table, which all namespaces share, is full: ${name} is ${most === undefined ? 'shown in the first network namespace only' : most}. Raise it there, to more than twice the number of endpoints: sysctl -w ${name}=${plenty} (of IPv6: net.ipv6.neigh.default.gc_thresh3).`;
};

/** A parameter by its name of sysctl(8). */
function setting({ text }: Machine, name: string): number | undefined {
  const value = text(`/proc/sys/${name.replaceAll('.', '/')}`);
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

function raised(name: string, value: number | undefined): string {
  return `Raise it: sysctl -w ${name}=${Math.max(plenty, 2 * (value ?? 0))}`;
}

function shown(value: number | undefined): string {
  return value === undefined ? 'unknown' : String(value);
}

/** Read when a limit was met: then it is no longer of matter what it costs. */
const thisMachine: Machine = {
  text: (path) => ownOf(attempt(() => readFileSync(path, 'utf8').trim())),
  count: (directory) => ownOf(attempt(() => readdirSync(directory).length)),
};

function ownOf<Value>(value: Value | Error): Value | undefined {
  return value instanceof Error ? undefined : value;
}
