import { describe, expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { run } from '../../support/netns.js';
import { endpointOf, type IpLink, type Lab, ping, test } from './lab.js';
import { isDense, runConnectSequence } from './sequence.js';

/** How far it is from one killed call to the next: the records are written with many. */
const stride = (call: string) => (isDense ? 1 : call === 'pwrite64' ? 4 : 2);

const calls = ['sendto', 'setns', 'pwrite64', ...(isDense ? ['openat', 'write', 'recvmsg', 'close', 'futex'] : [])];

/** One of each driver. */
const networks = ['web', 'far', 'lan'];

/** A sandbox that lives in the namespace of a process, with a neighbour, and networks that it is not in. */
async function make(lab: Lab): Promise<{ host: Host; pid: number }> {
  lab.netns.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'far0');
  lab.netns.run('ip', 'link', 'set', 'uplink', 'up');
  const host = await lab.open();
  await host.networks.create({ name: 'web', subnet: ['10.3.0.0/24', 'fd00:3::/64'], ipv6: true });
  await host.networks.create({ name: 'far', driver: 'ptp', subnet: '10.4.0.0/24' });
  await host.networks.create({ name: 'lan', driver: 'macvlan', subnet: '10.5.0.0/24', options: { parent: 'uplink' } });
  const pid = await lab.process();
  await host.attach({ pid, name: 'target' });
  await host.attach({ create: true, name: 'neighbour' });
  // So that the name server is there, whom no call of its own kills: starting it is another test's.
  await host.networks.connect('web', 'neighbour');
  return { host, pid };
}

/** All that may be left of a connection: on record, on the host, and in the sandbox. */
async function state(lab: Lab, host: Host, pid: number): Promise<unknown> {
  const inside = (...args: string[]) => run('nsenter', `--net=/proc/${pid}/ns/net`, 'ip', '-o', ...args);
  return [
    await lab.records(),
    lab.links().map(({ ifname }: IpLink) => ifname),
    lab.netns.run('ip', 'route').replaceAll(' linkdown', ''),
    host.inspect('target'),
    inside('link').replaceAll(/link-netns \S+|link-netnsid \d+/g, ''),
    inside('route'),
    inside('-6', 'route'),
  ];
}

/**
 * The same without what the kernel does not know and nobody can find out again (see `Lab.afterRefusal`): also which of the
 * sandboxes is older.
 */
function rebuildable(found: unknown): unknown {
  const lost = ['created', 'id', 'microseconds'];
  return JSON.parse(
    JSON.stringify(found, (key, value) =>
      lost.includes(key) ? undefined : key === 'sandboxes' ? value.toSorted() : value,
    ),
  );
}

async function finish(host: Host): Promise<void> {
  await host.detachAll(['target', 'neighbour']);
  await host.networks.prune();
}

describe('connecting and disconnecting, killed at any system call', () => {
  test.for(calls)('is as it was after gc, or can be done again: %s', { timeout: 600_000 }, async (call, { lab }) => {
    const { host, pid } = await make(lab);
    const neighbour = endpointOf(host.inspect('neighbour')).address;
    const before = await state(lab, host, pid);
    for (let k = 1; ; k += stride(call)) {
      const { signal, failures } = await runConnectSequence(
        lab,
        'target',
        networks,
        `${call}:signal=SIGKILL:when=${k}`,
      );
      expect(failures).toEqual([]);
      const there = host.inspect('target').endpoints.filter(({ unsettled }) => !unsettled).length - 1;
      if (k % (2 * stride(call)) === 1) {
        expect((await host.gc()).errors).toEqual([]);
        const joined = host.inspect('target').endpoints.slice(1);
        expect(joined).toHaveLength(there);
        for (const { network } of joined) {
          await host.networks.disconnect(network, 'target');
        }
      } else {
        const again = await runConnectSequence(lab, 'target', networks);
        // Only those that had been connected already are in the way.
        expect(again.failures.map(({ error }) => error.code)).toEqual(
          Array.from({ length: there }, () => 'EINNETWORK'),
        );
      }
      expect(await state(lab, host, pid), `killed at ${call} ${k}`).toEqual(before);
      ping('target', neighbour);
      if (signal === null) {
        break;
      }
    }
    await finish(host);
  });
});

/** System calls, and what the kernel may say against them. */
const refusals = [
  ['sendto', 'ENOBUFS', ['ENOBUFS']],
  ['recvmsg', 'ENOMEM', ['ENOMEM']],
  ['socket', 'EMFILE', ['EMFILE']],
  ['setns', 'EPERM', ['EPERM', 'EENGINE']],
  ['pwrite64', 'ENOSPC', ['ENOSPC', 'EINVAL']],
] as const;

/** Some calls are not needed, and their refusal is not noticed: so many in a row mean that there were no more. */
const quiet = 4;

describe('connecting and disconnecting, refused any system call', () => {
  test.for(refusals)(
    'says so and leaves nothing: %s, %s',
    { timeout: 600_000 },
    async ([call, error, codes], { lab }) => {
      let { host, pid } = await make(lab);
      let wasRebuilt = false;
      const before = await state(lab, host, pid);
      const step = isDense ? 1 : call === 'recvmsg' || call === 'pwrite64' ? 5 : 2;
      for (let k = 1, last = 0; k <= last + quiet * step; k += step) {
        const { signal, failures } = await runConnectSequence(
          lab,
          'target',
          networks,
          `${call}:error=${error}:when=${k}`,
        );
        const next = await lab.afterRefusal(host);
        wasRebuilt ||= next !== host;
        host = next;
        const [first] = failures;
        if (first) {
          expect(codes).toContain(first.error.code);
        }
        // Whatever could not be disconnected is there still, or left to gc.
        if (
          signal !== null ||
          failures.some(({ step }) => !step.startsWith('connect') && step !== 'open') ||
          failures.length > 1
        ) {
          expect((await host.gc()).errors).toEqual([]);
          for (const { network } of host.inspect('target').endpoints.slice(1)) {
            await host.networks.disconnect(network, 'target');
          }
        }
        const after = await state(lab, host, pid);
        const [found, expected] = wasRebuilt ? [rebuildable(after), rebuildable(before)] : [after, before];
        expect(found, `${error} at ${call} ${k}`).toEqual(expected);
        last = failures.length > 0 || signal !== null ? k : last;
      }
      await finish(host);
    },
  );
});
