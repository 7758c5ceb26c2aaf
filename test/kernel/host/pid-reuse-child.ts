/**
 * Runs in a PID namespace of its own, where it can choose: attaches a process, ends it, has another get its PID, and
 * collects garbage. Prints what was collected, and what links the second process has.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync, writeFileSync } from 'node:fs';
import { openHost } from '../../../src/index.js';

const [runDir, stateDir, netns] = process.argv.slice(2);
await using host = await openHost({ runDir, stateDir, netns });

const first = await sleeper();
await host.attach({ pid: first.pid, name: 'first' });
first.kill('SIGKILL');
await once(first, 'exit');

const second = await sleeperWith(first.pid ?? 0);
const { sandboxes } = await host.gc();
const links = JSON.parse(
  execFileSync('nsenter', ['-t', `${second.pid}`, '-n', 'ip', '-j', 'link'], { encoding: 'utf8' }),
);
second.kill('SIGKILL');
process.stdout.write(
  JSON.stringify({ collected: sandboxes, links: links.map(({ ifname }: { ifname: string }) => ifname) }),
);

/** A process in a network namespace of its own. */
async function sleeper(): Promise<ChildProcess> {
  const child = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
  while (readlinkSync(`/proc/${child.pid}/ns/net`) === readlinkSync('/proc/self/ns/net')) {
    await new Promise(setImmediate);
  }
  return child;
}

/** One with this PID. Somebody else may be given it first: a thread of ours. */
async function sleeperWith(pid: number): Promise<ChildProcess> {
  for (let attempt = 0; attempt < 100; attempt++) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', `${pid - 1}`);
    const child = await sleeper();
    if (child.pid === pid) {
      return child;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  throw new Error(`PID ${pid} was never given out again`);
}
