import { constants } from 'node:os';
import { parseMode } from '../address/index.js';
import type { Attached, AttachSpec } from '../endpoint/index.js';
import { readNames } from '../endpoint/names.js';
import { attemptAsync, NetplumbError, newError } from '../errors/index.js';
import type { Host } from '../host/index.js';
import { rejectionToError } from '../netlink/failure.js';
import { type NativeRunning, native } from '../netlink/native.js';
import { type Program, readCommand } from './command.js';
import { SignalRelay } from './signals.js';
import { explainStart } from './start-error.js';
import { mountsOf, pathWith } from './surroundings.js';

/** How to join the command's sandbox to a network; the namespace is made, or in some modes there already. */
export interface RunSpec extends Omit<AttachSpec, 'pid' | 'netns' | 'fd' | 'create' | 'bound' | 'files'> {
  /** Whether to take a sandbox that was built ahead (`Host.pool`), if there is one: it can be given names, ports and links alone. */
  readonly fromPool?: boolean | undefined;
}

export interface RunOptions {
  /**
   * Takes the signals that this process gets (SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
   * SIGWINCH) and passes them on to the command, but for those that the terminal has sent to both. For one command of a
   * process at a time. Default: false.
   */
  readonly passSignals?: boolean | undefined;
}

/** How a command ended. */
export interface CommandEnd {
  /** The command's own exit status; 128 and the number of the signal if one ended it. */
  readonly status: number;
  /** That signal: `SIGKILL`. */
  readonly signal?: NodeJS.Signals;
}

/**
 * Runs a command in a sandbox that exists for that long, in mount and UTS namespaces of its own, with this process's
 * environment (and the variables of `env` and of links), directory and standard streams. The command dies with this
 * process. Throws what `attach` throws, ENOCOMMAND, ENOTEXECUTABLE, and EPERM naming the capability.
 *
 * The command finds the sandbox's own /etc/hostname, /etc/hosts and /etc/resolv.conf, and no service of the host that
 * would answer for names (nscd, systemd-resolved). Each takes the place of a file that is there, also of a link, and takes
 * it again when the host replaces that file; where the host has none the command has none either, since nothing is made
 * that others would see.
 *
 * @example
 * const { status } = await run(host, { network: 'bridge', hostname: 'builder' }, ['make', 'test']);
 */
export async function run(
  host: Host,
  spec: RunSpec,
  command: readonly string[],
  { passSignals = false }: RunOptions = {},
): Promise<CommandEnd> {
  const { fromPool = false, ...asked } = spec;
  const { env } = readNames(spec);
  const program = readCommand(command, pathWith(env));
  using signals = new SignalRelay(passSignals);
  const attach = fromPool ? take : attachNew;
  const attached = await attemptAsync(() => attach(host, asked, signals.interruption));
  if (attached instanceof Error) {
    return endOfAttempt(attached, signals);
  }
  const environment = [...(attached.environment ?? []), ...env];
  const end = await attemptAsync(() => runIn(host, { ...attached, environment }, program, signals));
  signals.over();
  const gone = await attemptAsync(() => host.detach(attached.sandbox));
  return endOrThrow(end, gone);
}

function attachNew(host: Host, spec: AttachSpec, signal: AbortSignal): Promise<Attached> {
  const { kind } = parseMode(spec.network ?? 'bridge');
  const create = kind !== 'host' && kind !== 'container';
  return host.attach({ ...spec, create, files: true, bound: true }, { signal });
}

function take(host: Host, { network = 'bridge', ...wish }: AttachSpec, signal: AbortSignal): Promise<Attached> {
  return host.take(network, { ...wish, files: true, bound: true }, { signal });
}

/** A signal that kept us from beginning ends the command, as it were. */
function endOfAttempt(error: Error, { interruptedBy }: SignalRelay): CommandEnd {
  if (interruptedBy !== undefined && error instanceof NetplumbError && error.code === 'EABORTED') {
    return endOf(0, interruptedBy);
  }
  throw error;
}

/** The command from its start to its end. */
async function runIn(host: Host, attached: Attached, program: Program, signals: SignalRelay): Promise<CommandEnd> {
  if (signals.interruptedBy !== undefined) {
    return endOf(0, signals.interruptedBy);
  }
  const { hostname, environment } = attached;
  const netns = { path: netnsOf(host, attached) };
  const mounts = mountsOf(attached);
  let running: NativeRunning;
  try {
    running = await native().startCommand({ ...program, netns, hostname, mounts, environment });
  } catch (reason) {
    throw explainStart(rejectionToError(reason), program);
  }
  signals.running((signal) => running.signal(signal));
  const { code, signal } = await running.ended.catch((reason) => {
    throw rejectionToError(reason);
  });
  return endOf(code, signal);
}

function netnsOf(host: Host, { name, mode, netns }: Attached): string {
  if (netns !== undefined) {
    return netns;
  }
  if (mode === 'host') {
    return host.netns;
  }
  const hint = 'The sandbox was attached by a descriptor, which only the process that has it can follow.';
  throw newError('ENOOWNNETNS', { sandbox: name, mode }, { hint });
}

function endOf(code: number, signal: number): CommandEnd {
  if (signal === 0) {
    return { status: code };
  }
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
  return { status: 128 + signal, ...(name !== undefined && { signal: name as NodeJS.Signals }) };
}

/** No error is lost, whether the command, its removal or both went wrong. */
function endOrThrow(end: CommandEnd | Error, gone: unknown): CommandEnd {
  if (end instanceof Error && gone instanceof Error) {
    throw new AggregateError([end, gone], end.message);
  }
  if (gone instanceof Error) {
    throw gone;
  }
  if (end instanceof Error) {
    throw end;
  }
  return end;
}
