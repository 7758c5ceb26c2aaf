import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ErrorJson } from '../../../src/index.js';
import type { Lab } from './lab.js';

/** NETPLUMB_SWEEP=dense: at every call that there is. */
export const isDense = process.env.NETPLUMB_SWEEP === 'dense';

/** The names of the sandboxes that the sequence attaches and detaches. */
export const names = ['created', 'found'];

/** What came of a run: which steps failed and how; nothing when it was killed. */
export interface Ending {
  readonly signal: NodeJS.Signals | null;
  readonly failures: readonly { readonly step: string; readonly error: ErrorJson }[];
}

const program = fileURLToPath(new URL('sequence.mjs', import.meta.url));
const batchProgram = fileURLToPath(new URL('batch-sequence.mjs', import.meta.url));
const networkProgram = fileURLToPath(new URL('network-sequence.mjs', import.meta.url));
const poolProgram = fileURLToPath(new URL('../pool/pool-sequence.mjs', import.meta.url));
const connectProgram = fileURLToPath(new URL('connect-sequence.mjs', import.meta.url));
const removalProgram = fileURLToPath(new URL('removal-sequence.mjs', import.meta.url));

/** Runs sequence.mjs on a lab's host; with `injection`, from its first step on under strace, which does that to it. */
export function runSequence(lab: Lab, netns: string, injection?: string): Promise<Ending> {
  return runProgram(lab, program, netns, injection);
}

/** The same with batch-sequence.mjs: attaches four at once. */
export function runBatchSequence(lab: Lab, netns: string, injection?: string): Promise<Ending> {
  return runProgram(lab, batchProgram, netns, injection);
}

/** The same with network-sequence.mjs: makes the network `made`, then removes the other. */
export function runNetworkSequence(lab: Lab, made: string, removed: string, injection?: string): Promise<Ending> {
  return runProgram(lab, networkProgram, JSON.stringify({ made, removed }), injection);
}

/** The same with connect-sequence.mjs, for a sandbox and networks that are there. */
export function runConnectSequence(
  lab: Lab,
  sandbox: string,
  networks: readonly string[],
  injection?: string,
): Promise<Ending> {
  return runProgram(lab, connectProgram, JSON.stringify({ sandbox, networks }), injection);
}

/** The same with removal-sequence.mjs: detaches many sandboxes at once. */
export function runRemoval(lab: Lab, sandboxes: readonly string[], injection?: string): Promise<Ending> {
  return runProgram(lab, removalProgram, JSON.stringify(sandboxes), injection);
}

/** The same with pool-sequence.mjs: fills a pool of the network, takes out of it, drains it and removes what was taken. */
export function runPoolSequence(lab: Lab, network: string, injection?: string): Promise<Ending> {
  return runProgram(lab, poolProgram, network, injection);
}

async function runProgram(lab: Lab, path: string, argument: string, injection?: string): Promise<Ending> {
  const options = JSON.stringify({ netns: lab.netns.path, ...lab.directories() });
  // LMDB complains on its own when it cannot write.
  const complaints = injection === undefined ? 'inherit' : 'ignore';
  const child = spawn(process.execPath, [path, options, argument], { stdio: ['pipe', 'pipe', complaints] });
  await once(child.stdout, 'readable');
  const tracer = injection === undefined ? undefined : await trace(child, injection);
  const [output, [, signal]] = await Promise.all([text(child.stdout), once(child, 'exit'), child.stdin.end('go\n')]);
  if (tracer && tracer.exitCode === null && tracer.signalCode === null) {
    await once(tracer, 'exit');
  }
  const report = output.slice('ready\n'.length);
  return { signal, failures: report === '' ? [] : JSON.parse(report) };
}

/** strace, once it has hold of all threads. It lets go of programs that they start: a name server lives on. */
async function trace({ pid }: ChildProcess, injection: string): Promise<ChildProcess> {
  const [call = ''] = injection.split(':');
  const options = ['-f', '-b', 'execve', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${injection}`];
  const tracer = spawn('strace', [...options, '-p', `${pid}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(tracer.stderr, 'data');
  tracer.stderr.resume();
  return tracer;
}
