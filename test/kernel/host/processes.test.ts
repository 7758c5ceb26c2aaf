import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { type Lab, test } from './lab.js';

const program = fileURLToPath(new URL('sequence.mjs', import.meta.url));

describe('attaching and detaching', () => {
  test('start no process but nft, once, for the rules that never change: strace sees no other fork and exec', ({
    lab,
  }) => {
    const lines = straced(lab, '-e', 'trace=fork,vfork,clone,clone3,execve,execveat').split('\n');
    // Threads there are, beginning with Node's own; of processes only the one that strace itself has started.
    expect(lines.filter((line) => line.includes('CLONE_THREAD')).length).toBeGreaterThan(0);
    expect(lines.filter(startsProcess)).toEqual([
      expect.stringMatching(/ execve\(.*node/),
      expect.stringMatching(/ clone\(/),
      expect.stringMatching(/ execve\("\/usr\/sbin\/nft", \["nft", "-f", "-"\]/),
    ]);
  });

  test('list no set of the firewall when nobody else has changed it: strace sees no such request', ({ lab }) => {
    const sent = straced(lab, '-X', 'raw', '-e', 'trace=sendto');
    // NFT_MSG_GETGEN and NFT_MSG_GETSETELEM of NFNL_SUBSYS_NFTABLES (linux/netfilter/nf_tables.h).
    expect(sent).toContain('nlmsg_type=0xa10');
    expect(sent).not.toContain('nlmsg_type=0xa0d');
  });
});

/** What strace reports of a process that does all of sequence.mjs on a host that was never used, and meets nothing wrong. */
function straced(lab: Lab, ...trace: string[]): string {
  const report = join(lab.directory, 'strace');
  const options = JSON.stringify({ netns: lab.netns.path, ...lab.directories() });
  const command = [process.execPath, program, options, lab.namespace().path];
  const output = execFileSync('strace', ['-f', '-qq', '-o', report, ...trace, ...command], {
    encoding: 'utf8',
    input: 'go\n',
  });
  expect(output).toBe('ready\n[]');
  return readFileSync(report, 'utf8');
}

/** Whether a line of strace's tells of a new process or program. */
function startsProcess(line: string): boolean {
  const isWhole = line !== '' && !line.includes('resumed>');
  return isWhole && !line.includes('CLONE_THREAD') && !line.includes('--- SIGCHLD');
}
