/** Rivals that are programs are driven by the plainest driver there is: a shell script, one command after the other. */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Times } from './peer.js';

/**
 * Runs scripts one after the other in one shell, and times each: from the moment that it is handed over to that at which the shell says
 * that it is through (some 50 µs more than the commands take). What they print is not looked at. The first command that fails
 * ends the shell and throws what it said.
 */
export async function timeEach(scripts: readonly string[]): Promise<Times> {
  const shell = spawn('sh', ['-eu'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  shell.stdin.on('error', () => undefined); // It has ended: said below.
  const ended = once(shell, 'close');
  const said = createInterface(shell.stdout)[Symbol.asyncIterator]();
  const mark = 'this one is through';
  const each: number[] = [];
  const started = performance.now();
  for (const script of scripts) {
    const begun = performance.now();
    shell.stdin.write(`${script}\necho '${mark}'\n`);
    for (let line = await said.next(); line.value !== mark; line = await said.next()) {
      if (line.done) {
        await ended;
        throw new Error(`the script has ended early: ${complaint}`);
      }
    }
    each.push(1000 * (performance.now() - begun));
  }
  const total = performance.now() - started;
  shell.stdin.end();
  const [status] = await ended;
  if (status !== 0) {
    throw new Error(`the script ended with ${status}: ${complaint}`);
  }
  return { total_ms: total, each_us: each };
}

/** Runs a script and returns the milliseconds it took. The first command that fails ends it and throws. */
export function timeScript(script: string): number {
  const started = performance.now();
  runScript(script);
  return performance.now() - started;
}

/** Runs a script; the first command that fails ends it and throws. Returns what it printed. */
export function runScript(script: string): string {
  return execFileSync('sh', ['-eu'], { input: script, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

/** What `pattern`'s first group finds in the output of a program; undefined when there is no such program or version. */
export function versionOf(pattern: RegExp, command: string, ...args: string[]): string | undefined {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return pattern.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[1];
}

/** The version of an installed Debian package, for programs that do not know their own. */
export function debianVersion(name: string): string | undefined {
  return versionOf(/^Status: .* installed\n(?:.*\n)*Version: (?:\d+:)?([^-+\s]+)/m, 'dpkg-query', '-s', name);
}
