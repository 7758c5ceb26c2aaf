import { readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC on every architecture but a few that Node does not run on (asm-generic/fcntl.h), as fdinfo shows it: octal. */
const closeOnExec = 0o2000000;

/**
 * The descriptors of this process that a program inherits which it starts: those that it has itself inherited, mostly. Node closes
 * none of them for its children.
 */
export function inheritedByChildren(): number[] {
  return readdirSync('/proc/self/fdinfo')
    .filter((name) => (flagsOf(name) & closeOnExec) === 0)
    .map(Number);
}

function flagsOf(name: string): number {
  try {
    const [, flags = ''] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'latin1')) ?? [];
    return Number.parseInt(flags, 8);
  } catch {
    // That of the directory itself, which is closed by now.
    return closeOnExec;
  }
}
