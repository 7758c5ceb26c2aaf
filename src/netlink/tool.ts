import { access, constants as fileConstants } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { newError } from '../errors/index.js';
import { rejectionToError } from './failure.js';
import { type NetnsRef, native } from './native.js';

/** A program to run, and what it is given. */
export interface ToolCall {
  /** Where it may be, all ending in its name; the first that can be executed is run. See `toolPaths`. */
  readonly candidates: readonly string[];
  /** Behind its name; no shell ever sees them. */
  readonly arguments: readonly string[];
  /** What it reads from its standard input, a file to it. */
  readonly input: string;
}

/** How a program ended, and what it wrote: of each stream at most 1 MiB, the rest is thrown away. */
export interface ToolOutcome {
  /** Null when a signal has ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

/** Where distributions install programs of administrators; what else is in somebody's PATH is none of our business. */
const directories = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** Debian's packages of the programs that we run, where their names differ. */
const packages = new Map([
  ['nft', 'nftables'],
  ['iptables-restore', 'iptables'],
  ['ip6tables-restore', 'iptables'],
]);

const signalNames = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]),
);

/** The paths that a program of this name may have. */
export function toolPaths(name: string): string[] {
  return directories.map((directory) => join(directory, name));
}

/** The path of the program that is run by that name. Throws ENOTOOL. */
export async function findTool(name: string): Promise<string> {
  for (const path of toolPaths(name)) {
    const isThere = await access(path, fileConstants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) {
      return path;
    }
  }
  const hint = `Install the package ${packages.get(name) ?? name}, or choose another backend with --firewall.`;
  throw newError('ENOTOOL', { tool: name, tried: directories.join(', ') }, { hint });
}

/** See Connection.runTool. */
export async function runTool(call: ToolCall, netns: NetnsRef): Promise<ToolOutcome> {
  const name = basename(call.candidates[0] ?? '');
  try {
    const ended = await native().runTool({ ...call, arguments: [name, ...call.arguments], netns });
    const { code, signal, output, errors } = ended;
    return signal === 0
      ? { code, signal: null, output, errors }
      : { code: null, signal: signalNames.get(signal) ?? 'SIGKILL', output, errors };
  } catch (reason) {
    throw rejectionToError(reason, { object: name });
  }
}
