import { describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { type Attack, successful } from './attack.js';
import { doorOf, forgeries, whispers } from './bridged-attacks.js';
import { cases } from './cases.js';
import { leaveOpen } from './naive.js';
import { loopbackAttacks, routedAttacks } from './routed-attacks.js';
import { Scene } from './scene.js';

const plain = 'A network without options';
const other = 'Without masquerade';
const closed = 'Without icc';
const guarded = 'Spoof guard';
const titles = [
  plain,
  other,
  closed,
  guarded,
  'Internal',
  'Published on the loopback address',
  'Published on one address',
];
const routed = [...routedAttacks(4), ...routedAttacks(6), ...loopbackAttacks];

expectNothingLeft();

/** Opens a scene with ears in the sandboxes that are attacked, and says which attacks have got through. */
async function attempt(
  attacks: readonly Attack[],
  open: (networks: typeof cases) => Promise<Scene>,
): Promise<string[]> {
  const scene = await open(cases.filter(({ title }) => titles.includes(title)));
  try {
    const doors = scene.neighbourhoods.map((own) => ({
      netns: own.server.name,
      interface: 'eth0',
      name: doorOf({ own }),
    }));
    scene.segments.moveAddresses();
    await scene.prober.listen(doors);
    return await successful(scene, other, attacks);
  } finally {
    await scene.end();
  }
}

test('every attack gets through on a host without protection', async () => {
  const attacks = [...routed, ...whispers(plain), ...forgeries(plain)];
  const through = await attempt(attacks, async (networks) => {
    const scene = await Scene.open(networks, { firewall: 'none' });
    leaveOpen(scene);
    return scene;
  });
  expect(through).toEqual(attacks.map(({ name }) => name));
});

describe.for(['nftables', 'iptables'] as const)('%s', (firewall) => {
  const attacks = [...routed, ...whispers(closed), ...forgeries(guarded)];

  test.for([1, 0])('lets no attack through, with bridged frames filtered: %i', async (filtersBridges) => {
    // A new namespace forwards if the machine does.
    const closedHost = 'echo 0 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding';
    const bridges = `for file in /proc/sys/net/bridge/bridge-nf-call-*; do echo ${filtersBridges} >$file; done`;
    const prepare = `${closedHost}; ${bridges}`;
    expect(await attempt(attacks, (networks) => Scene.open(networks, { firewall }, prepare))).toEqual([]);
  });

  test('leaves to others what a host forwards that is a router by itself', async () => {
    const prepare = 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding';
    const forwarded = 'a machine outside has the host forward to its other segment';
    const through = await attempt(attacks, (networks) => Scene.open(networks, { firewall }, prepare));
    expect(through).toEqual([4, 6].map((family) => `IPv${family}: ${forwarded}`));
  });
});
