/**
 * One trial of `dual-stack.ts`: attaches COUNT sandboxes to one bridge and watches the machine until what that set off in the
 * background is over. `copied`: on a bridge that was there, with the kernel's usual settings. Prints one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/dual-stack.ts ipv4|dual|copied COUNT
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { openHost } from 'netplumb';
import { AddressFlag, Connection, newAddress, newLink, setLink } from 'netplumb/rtnl';
import { busyMs } from '../lib/cpu.js';
import { makeSandboxes } from '../lib/floor.js';

export interface DualStackTrial {
  readonly attach_ms: number;
  /** Processor time of the whole machine while it attached, and until `watchedMs` after. */
  readonly attach_cpu_ms: number;
  readonly all_cpu_ms: number;
  /** That the bridge handed to sandboxes in this time, and in its last second. */
  readonly frames: number;
  readonly last_frames: number;
  /** That sandboxes got when one called another for the first time, over the family that is new in this trial. */
  readonly contact_frames: number;
  readonly detach_ms: number;
}

/** A group is reported twice, each time at most a second later (RFC 3810, 9.11); the machine may be late. */
const watchedMs = 4000;
const bridge = 'br-found';

const [, , kind = '', countText = ''] = process.argv;
const count = Number(countText);
const subnet = ['10.91.0.0/16', ...(kind === 'ipv4' ? [] : ['fd00:91::/64'])];
makeSandboxes(count + 1);
await using host = await openHost({ runDir: '/run/netplumb', stateDir: '/run/netplumb-state' });
if (kind === 'copied') {
  await makeBridge();
}
const options: Readonly<Record<string, string>> = {
  'netplumb.dns': 'false',
  ...(kind === 'copied' && { 'com.docker.network.bridge.name': bridge }),
};
await host.networks.create({ name: 'wide', subnet, ipv6: subnet.length > 1, options });
await host.attach({ netns: `/run/netns/s${count}`, network: 'wide' });
// The bridge itself reports when it gets its first port.
await setTimeout(watchedMs);

const before = { frames: framesHanded(), cpu: busyMs(), time: performance.now() };
const names = Array.from({ length: count }, (_, i) => `s${i}`);
const results = await host.attachAll(names.map((name) => ({ netns: `/run/netns/${name}`, name, network: 'wide' })));
const attached = { cpu: busyMs(), time: performance.now() };
const failed = results.find(({ error }) => error);
if (failed?.error) {
  throw failed.error;
}
await setTimeout(watchedMs - 1000);
const late = framesHanded();
await setTimeout(1000);
const after = { cpu: busyMs(), frames: framesHanded() };
const contact = callFirstTime();
const began = performance.now();
await host.detachAll(names);
const trial: DualStackTrial = {
  attach_ms: attached.time - before.time,
  attach_cpu_ms: attached.cpu - before.cpu,
  all_cpu_ms: after.cpu - before.cpu,
  frames: after.frames - before.frames,
  last_frames: after.frames - late,
  contact_frames: contact,
  detach_ms: performance.now() - began,
};
process.stdout.write(`${JSON.stringify(trial)}\n`);

/** One echo, and its answer. */
function callFirstTime(): number {
  const [first, second] = results.map(({ attached }) => attached?.endpoint);
  const address = first?.address6 ?? first?.address ?? '';
  const caller = second ? 's1' : `s${count}`;
  const frames = framesHanded();
  execFileSync('ip', ['netns', 'exec', caller, 'ping', '-q', '-c', '1', '-W', '5', address], { stdio: 'ignore' });
  return framesHanded() - frames;
}

/** As somebody makes one who gives it no thought, but for the address, which would change with each port. */
async function makeBridge(): Promise<void> {
  await using connection = await Connection.open();
  const index = 100;
  await connection.request(
    newLink({ name: bridge, index, address: '02:42:0a:5b:00:01', mtu: 1499, info: { kind: 'bridge' } }),
  );
  await connection.request(setLink({ index, mtu: 1500 }));
  await connection.request(newAddress({ family: 2, index, prefixLength: 16, local: '10.91.0.1' }));
  await connection.request(
    newAddress({ family: 10, index, prefixLength: 64, local: 'fd00:91::1', flags: AddressFlag.noDad }),
  );
  await connection.request(setLink({ index, up: true }));
}

/** Sent by all interfaces of the host but the bridge and the loopback: what sandboxes got. */
function framesHanded(): number {
  const rows = readFileSync('/proc/thread-self/net/dev', 'utf8').trim().split('\n').slice(2);
  const ports = rows.map((row) => row.trim().split(/[\s:]+/)).filter(([name = '']) => !/^(lo|br-)/.test(name));
  // The tenth column of an interface's is its packets sent (net/core/net-procfs.c).
  return ports.reduce((sum, columns) => sum + Number(columns[10]), 0);
}
