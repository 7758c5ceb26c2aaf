import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { codeOf } from '../errors/index.js';

/**
 * What tells one open host from all others of this boot: its process's PID namespace, its PID there, when it started (a
 * PID is given out again), and which of its hosts it is.
 */
export type Owner = string;

/** Of a record that no process works on. */
export const nobody: Owner = '';

/** A new owner in the calling process. */
export function newOwner(): Owner {
  return `${pidNamespace()}:${process.pid}:${startTime(process.pid)}:${randomBytes(4).toString('hex')}`;
}

/**
 * Whether its process has ended; `nobody`'s has. Of a process in another PID namespace nothing can be known from here: it
 * counts as alive.
 */
export function isDead(owner: Owner): boolean {
  if (owner === nobody) {
    return true;
  }
  const [namespace, pid, started] = owner.split(':');
  return namespace === pidNamespace() && startTime(Number(pid)) !== started;
}

function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)): clock ticks from boot to its start; nothing when it has ended. */
function startTime(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    // Anything else (no descriptor left) does not tell that it has ended.
    if (['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) {
      return undefined;
    }
    throw error;
  }
  // The name, in parentheses, may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isOver = fields[0] === 'Z' || fields[0] === 'X';
  return isOver ? undefined : fields[19];
}
