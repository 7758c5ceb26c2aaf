import { rmSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { endpointOf, failure, type IpLink, ipIn, type Lab, ping, test, withoutClocks } from './lab.js';

/** A bridge that somebody else has made on the host, with some options of its own. */
function foreignBridge({ netns }: Lab, name: string, { isFixed = true } = {}): void {
  const address = isFixed ? ['address', '02:00:00:00:00:01'] : [];
  netns.run('ip', 'link', 'add', name, ...address, 'type', 'bridge', 'ageing_time', '12300', 'priority', '4096');
  // The kernel itself gives it an address when the first port comes up.
  netns.run('sh', '-c', `echo 1 >/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);
  netns.run('ip', 'address', 'add', '10.7.0.1/24', 'dev', name);
  netns.run('ip', 'link', 'set', name, 'up');
}

/** All that there is to know of a bridge. */
function look({ netns }: Lab, name: string): unknown {
  return withoutClocks([
    netns.ip<IpLink>('link', 'show', 'dev', name),
    netns.ip('address', 'show', 'dev', name),
    netns.ip('route', 'show', 'dev', name, 'table', 'all'),
    netns.run('sh', '-c', `grep -rs . /proc/sys/net/ipv[46]/conf/${name} /proc/sys/net/ipv[46]/neigh/${name} || true`),
  ]);
}

describe('an existing bridge', () => {
  test('is used as it is: nothing of it changes, and it stays', async ({ lab }) => {
    foreignBridge(lab, 'br0');
    const before = look(lab, 'br0');
    const host = await lab.open({ bridge: 'br0', ipForward: false });
    const attached = await host.attach({ create: true, name: 'web' });
    expect(endpointOf(attached)).toMatchObject({ address: '10.7.0.2', prefixLength: 24, gateway: '10.7.0.1' });
    expect(lab.linkNames()).toEqual(['br0', attached.endpoint?.hostInterface]);
    ping('web', '10.7.0.1');
    await host.gc();
    await host.detach('web');
    await host.gc();
    expect(look(lab, 'br0')).toEqual(before);
  });

  test('keeps the address that it has from its ports, with whatever address those of ours have', async ({ lab }) => {
    foreignBridge(lab, 'br0', { isFixed: false });
    const [before] = lab.links();
    for (const name of ['web', 'api']) {
      // When the last port has gone the kernel leaves the bridge without an address.
      const host = await lab.open({ bridge: 'br0' });
      await host.attach({ create: true, name, macAddress: '02:00:00:00:00:01' });
      ping(name, '10.7.0.1');
      if (name === 'web') {
        expect(lab.links()[0]?.address).toBe(before?.address);
      }
      await host.detach(name);
    }
  });

  test('gives endpoints its MTU, because a port with less would change it', async ({ lab }) => {
    foreignBridge(lab, 'br0');
    lab.netns.run('ip', 'link', 'set', 'br0', 'mtu', '9000');
    const before = look(lab, 'br0');
    const host = await lab.open({ bridge: 'br0', ipForward: false });
    expect(endpointOf(await host.attach({ create: true, name: 'web' })).mtu).toBe(9000);
    expect(lab.links()[0]).toMatchObject({ ifname: 'br0', mtu: 9000 });
    await host.detach('web');
    expect(look(lab, 'br0')).toEqual(before);
  });

  test('is never made, not even when it was deleted', async ({ lab }) => {
    const early = await lab.open({ bridge: 'br0' });
    await expect(early.attach({ create: true })).rejects.toEqual(failure('ENOBRIDGE', /"br0"/));
    foreignBridge(lab, 'br0');
    await early.attach({ create: true, name: 'web' });
    lab.netns.run('ip', 'link', 'del', 'br0');
    await expect(early.attach({ create: true })).rejects.toEqual(failure('ENOBRIDGE'));
    const { restored, errors } = await early.gc();
    expect([restored, errors]).toEqual([[], [failure('ENOBRIDGE')]]);
    expect(lab.linkNames()).not.toContain('br0');
    await early.detach('web');
  });

  test('has to be a bridge with an address', async ({ lab }) => {
    lab.netns.run('ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'veth1');
    lab.netns.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    const [veth, bare] = [await lab.open({ bridge: 'veth0' }), await lab.open({ bridge: 'br0' })];
    await expect(veth.attach({ create: true })).rejects.toEqual(failure('ENOTBRIDGE', /"veth0"/));
    await expect(bare.attach({ create: true })).rejects.toEqual(failure('EBRIDGENOADDR', /"br0"/));
  });
});

describe('the bridge that is made', () => {
  test('has the address that --bip says', async ({ lab }) => {
    const host = await lab.open({ bip: '10.1.2.3/28' });
    expect(endpointOf(await host.attach({ create: true, name: 'web' }))).toMatchObject({
      address: '10.1.2.1',
      prefixLength: 28,
      gateway: '10.1.2.3',
    });
    ping('web', '10.1.2.3');
    await host.detach('web');
  });

  test.for<[string, string]>([
    ['172.17.0.0/16', '172.18.0.0/16'],
    ['172.17.5.0/24', '172.18.0.0/16'],
    ['172.16.0.0/12', '192.168.0.0/20'],
  ])('makes way for what the host routes: %s', async ([routed, expected], { lab }) => {
    lab.netns.run('ip', 'route', 'add', 'unreachable', routed);
    const host = await lab.open();
    await host.attach({ create: true, name: 'web' });
    expect(ipIn('web', 'route', 'show', 'scope', 'link')).toMatchObject([{ dst: expected }]);
    await host.detach('web');
  });

  test('makes way for the addresses of the host, up or down', async ({ lab }) => {
    lab.netns.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    lab.netns.run('ip', 'address', 'add', '172.17.9.9/32', 'dev', 'br0');
    const host = await lab.open();
    expect(endpointOf(await host.attach({ create: true, name: 'web' })).gateway).toBe('172.18.0.1');
    await host.detach('web');
  });

  test('is not made where all pools are routed', async ({ lab }) => {
    lab.netns.run('ip', 'route', 'add', 'unreachable', '172.16.0.0/12');
    lab.netns.run('ip', 'route', 'add', 'unreachable', '192.168.0.0/16');
    const host = await lab.open();
    await expect(host.attach({ create: true })).rejects.toEqual(failure('ENOPOOL'));
  });

  test("is refused, and left alone, when it is somebody else's", async ({ lab }) => {
    foreignBridge(lab, 'netplumb0');
    const before = look(lab, 'netplumb0');
    const host = await lab.open();
    await expect(host.attach({ create: true })).rejects.toEqual(failure('EBRIDGEFOREIGN', /"netplumb0"/));
    await host.gc();
    expect(look(lab, 'netplumb0')).toEqual(before);
  });

  test('is refused, and left alone, when it belongs to another run directory', async ({ lab }) => {
    const owner = await lab.open();
    await owner.attach({ create: true, name: 'web' });
    const before = look(lab, 'netplumb0');
    const other = await lab.open({ runDir: `${lab.runDir}/other` });
    await expect(other.attach({ create: true })).rejects.toEqual(failure('EBRIDGEOWNER', new RegExp(lab.runDir)));
    expect(await other.gc()).toEqual({ sandboxes: [], links: [], files: [], restored: [], errors: [] });
    expect(look(lab, 'netplumb0')).toEqual(before);
    await owner.detach('web');
  });

  test('is found again when the records were lost, with what is on it', async ({ lab }) => {
    const host = await lab.open({ bip: '10.1.0.1/16' });
    const { endpoint } = await host.attach({ create: true, name: 'web' });
    await host.close();
    rmSync(lab.runDir, { recursive: true });
    const again = await lab.open();
    await expect(again.attach({ create: true, name: 'api', ip: '10.1.0.2' })).rejects.toEqual(failure('EADDRTAKEN'));
    const attached = await again.attach({ create: true, name: 'api', ip: '10.1.0.9' });
    expect(attached.endpoint?.gateway).toBe('10.1.0.1');
    expect(await again.gc()).toEqual({ sandboxes: [], links: [], files: [], restored: [], errors: [] });
    expect(lab.linkNames()).toContain(endpoint?.hostInterface);
    ping('api', '10.1.0.2');
    await again.detachAll(['web', 'api']);
  });

  test('is found again when the records were lost after its last sandbox', async ({ lab }) => {
    const host = await lab.open({ bip: '10.1.0.1/16' });
    await host.attach({ create: true, name: 'web' });
    await host.detach('web');
    await host.close();
    rmSync(lab.runDir, { recursive: true });
    const again = await lab.open();
    expect((await again.attach({ create: true, name: 'api' })).endpoint?.gateway).toBe('10.1.0.1');
    ping('api', '10.1.0.1');
    await again.detach('api');
  });
});

describe('those who have the same run directory', () => {
  test('share bridge, addresses and sandboxes', async ({ lab }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    const attached = await Promise.all([
      one.attach({ create: true, name: 'web' }),
      other.attach({ create: true, name: 'api' }),
    ]);
    expect(attached.map(({ endpoint }) => endpoint?.address).sort()).toEqual(['172.17.0.2', '172.17.0.3']);
    expect(lab.links().filter(({ linkinfo }) => linkinfo?.info_kind === 'bridge')).toHaveLength(1);
    await expect(other.attach({ create: true, name: 'web' })).rejects.toEqual(failure('ENAMEINUSE', /"web"/));
    ping('web', endpointOf(attached[1]).address);
    await other.detach('web');
    await one.detach('api');
  });

  test("agree on the network: other options than the first one's are refused", async ({ lab }) => {
    foreignBridge(lab, 'br0');
    await (await lab.open()).attach({ create: true, name: 'web' });
    for (const options of [{ bip: '10.1.0.1/16' }, { bridge: 'br0' }]) {
      const other = await lab.open(options);
      await expect(other.attach({ create: true })).rejects.toEqual(
        failure('EBADOPTION', /exists already and has (172\.17\.0\.1\/16|netplumb0)/),
      );
    }
    const same = await lab.open({ bip: '172.17.0.1/16', bridge: 'netplumb0' });
    await same.attach({ create: true, name: 'api' });
    await same.detachAll(['web', 'api']);
  });

  test('keep the MTU that one of them has asked for', async ({ lab }) => {
    await (await lab.open({ mtu: 1300 })).attach({ create: true, name: 'web' });
    const other = await lab.open();
    expect(endpointOf(await other.attach({ create: true, name: 'api' })).mtu).toBe(1300);
    expect(lab.links()[0]).toMatchObject({ ifname: 'netplumb0', mtu: 1300 });
    await other.detachAll(['web', 'api']);
  });
});
