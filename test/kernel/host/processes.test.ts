import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { test } from './lab.js';

const program = fileURLToPath(new URL('sequence.mjs', import.meta.url));

describe('attaching and detaching', () => {
  test('start no process but nft, once, for the rules that never change: strace sees no other fork and exec', ({
    lab,
  }) => {
    const report = join(lab.directory, 'strace');
    const trace = ['-f', '-qq', '-e', 'trace=fork,vfork,clone,clone3,execve,execveat', '-o', report];
    const options = JSON.stringify({ netns: lab.netns.path, ...lab.directories() });
    const command = [process.execPath, program, options, lab.namespace().path];
    const output = execFileSync('strace', [...trace, ...command], { encoding: 'utf8', input: 'go\n' });
    expect(output).toBe('ready\n[]');
    const lines = readFileSync(report, 'utf8').split('\n');
    // Threads there are, beginning with Node's own; of processes only the one that strace itself has started.
    expect(lines.filter((line) => line.includes('CLONE_THREAD')).length).toBeGreaterThan(0);
    expect(lines.filter(startsProcess)).toEqual([
      expect.stringMatching(/ execve\(.*node/),
      expect.stringMatching(/ clone\(/),
      expect.stringMatching(/ execve\("\/usr\/sbin\/nft", \["nft", "-f", "-"\]/),
    ]);
  });
});

/** Whether a line of strace's tells of a new process or program. */
function startsProcess(line: string): boolean {
  const isWhole = line !== '' && !line.includes('resumed>');
  return isWhole && !line.includes('CLONE_THREAD') && !line.includes('--- SIGCHLD');
}
