/** Rivals that are libraries of other languages: a small program of theirs does the work and times itself. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { PeerTimes } from './peer.js';

/**
 * Runs a program that reads `job` as one line of JSON, makes the endpoints and prints the microseconds of each as one line of JSON;
 * then, when it is sent another line, removes them and prints the same. Starting it is not counted. Throws what it said when it fails.
 */
export async function timeProgram(
  command: string,
  args: readonly string[],
  job: object,
  check: () => void,
): Promise<PeerTimes> {
  const program = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  program.stdin.on('error', () => undefined); // It has ended: said below.
  const ended = once(program, 'close');
  const said = createInterface(program.stdout)[Symbol.asyncIterator]();
  const answer = async (line: string) => {
    program.stdin.write(`${line}\n`);
    const { value, done } = await said.next();
    if (done) {
      await ended;
      throw new Error(`${command} has ended early: ${complaint}`);
    }
    const each: readonly number[] = JSON.parse(value);
    return { total_ms: each.reduce((sum, one) => sum + one, 0) / 1000, each_us: each };
  };
  try {
    const attach = await answer(JSON.stringify(job));
    check();
    return { attach, detach: await answer('remove') };
  } finally {
    program.stdin.end();
    await ended;
  }
}
