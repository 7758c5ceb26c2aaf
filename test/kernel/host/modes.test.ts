import { statSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { endpointOf, failure, type IpLink, ipIn, test } from './lab.js';

interface IpAddress {
  readonly ifname: string;
  readonly addr_info: readonly {
    readonly family: string;
    readonly local: string;
    readonly prefixlen: number;
    readonly broadcast?: string;
  }[];
}

describe('mode bridge', () => {
  test('a sandbox has eth0 with its address, MAC and default route, and lo, all up', async ({ lab }) => {
    const host = await lab.open();
    const endpoint = endpointOf(await host.attach({ create: true, name: 'web' }));
    expect(endpoint).toMatchObject({
      interface: 'eth0',
      address: '172.17.0.2',
      prefixLength: 16,
      macAddress: '02:42:ac:11:00:02',
      gateway: '172.17.0.1',
      mtu: 1500,
    });
    const links = ipIn<IpLink>('web', 'link');
    expect(links).toEqual([
      expect.objectContaining({ ifindex: 1, ifname: 'lo', flags: expect.arrayContaining(['UP', 'LOWER_UP']) }),
      expect.objectContaining({
        ifindex: 2,
        ifname: 'eth0',
        address: '02:42:ac:11:00:02',
        mtu: 1500,
        operstate: 'UP',
        linkinfo: { info_kind: 'veth' },
      }),
    ]);
    const addresses = ipIn<IpAddress>('web', 'address', 'show', 'dev', 'eth0');
    expect(addresses[0]?.addr_info).toEqual([
      expect.objectContaining({ family: 'inet', local: '172.17.0.2', prefixlen: 16, broadcast: '172.17.255.255' }),
    ]);
    expect(ipIn('web', 'route')).toEqual([
      expect.objectContaining({ dst: 'default', gateway: '172.17.0.1', dev: 'eth0' }),
      expect.objectContaining({ dst: '172.17.0.0/16', dev: 'eth0', prefsrc: '172.17.0.2' }),
    ]);
    await host.detach('web');
  });

  test('the host has netplumb0 with the gateway, and the other end of the pair on it, marked as ours', async ({
    lab,
  }) => {
    const host = await lab.open();
    const { sandbox, endpoint } = await host.attach({ create: true, name: 'web' });
    const [bridge, port] = lab.links();
    expect(bridge).toMatchObject({
      ifname: 'netplumb0',
      address: '02:42:ac:11:00:01',
      operstate: 'UP',
      ifalias: expect.stringMatching(new RegExp(`^netplumb network [0-9a-f]{64} bridge ${lab.runDir}$`)),
    });
    expect(port).toMatchObject({
      ifname: endpoint?.hostInterface,
      ifindex: endpoint?.hostIndex,
      master: 'netplumb0',
      operstate: 'UP',
      ifalias: `netplumb sandbox ${sandbox} web ${lab.runDir}`,
      linkinfo: {
        info_kind: 'veth',
        info_slave_kind: 'bridge',
        info_slave_data: expect.objectContaining({ state: 'forwarding' }),
      },
    });
    const [address] = lab.netns.ip<IpAddress>('-4', 'address', 'show', 'dev', 'netplumb0');
    expect(address).toMatchObject({ ifname: 'netplumb0', addr_info: [{ local: '172.17.0.1', prefixlen: 16 }] });
    await host.detach('web');
  });

  test('what is asked for is what there is', async ({ lab }) => {
    const host = await lab.open();
    const asked = { ip: '172.17.5.9', macAddress: '02:00:00:00:00:07', defaultGateway: '172.17.9.9', mtu: 1400 };
    const endpoint = endpointOf(await host.attach({ create: true, name: 'web', ...asked }));
    expect(endpoint).toMatchObject({
      address: '172.17.5.9',
      macAddress: asked.macAddress,
      gateway: '172.17.9.9',
      mtu: 1400,
    });
    expect(ipIn<IpLink>('web', 'link', 'show', 'dev', 'eth0')).toMatchObject([
      { address: asked.macAddress, mtu: 1400 },
    ]);
    expect(ipIn('web', 'route', 'show', 'default')).toMatchObject([{ gateway: '172.17.9.9' }]);
    await host.detach('web');
  });

  test('the host may have a default gateway and an MTU for all, and that gateway is nobody else', async ({ lab }) => {
    const host = await lab.open({ bip: '10.1.0.1/29', defaultGateway: '10.1.0.2', mtu: 1300 });
    const endpoint = endpointOf(await host.attach({ create: true, name: 'web' }));
    expect(endpoint).toMatchObject({ address: '10.1.0.3', gateway: '10.1.0.2', mtu: 1300 });
    await expect(host.attach({ create: true, ip: '10.1.0.2' })).rejects.toEqual(failure('EADDRRESERVED'));
    expect(lab.netns.ip<IpLink>('link', 'show', 'dev', 'netplumb0')).toMatchObject([{ mtu: 1300 }]);
    await host.detach('web');
  });
});

describe('mode none', () => {
  test('a sandbox has a namespace of its own with nothing but lo, and no bridge is made', async ({ lab }) => {
    const host = await lab.open();
    const attached = await host.attach({ create: true, name: 'alone', network: 'none' });
    expect(attached).toMatchObject({ mode: 'none', netns: '/run/netns/alone' });
    expect(attached.endpoint).toBeUndefined();
    expect(ipIn<IpLink>('alone', 'link').map(({ ifname, flags }) => [ifname, flags.includes('UP')])).toEqual([
      ['lo', true],
    ]);
    expect(lab.links()).toEqual([]);
    await host.detach('alone');
  });
});

describe('mode host', () => {
  test('a sandbox is a record and a name, nothing else', async ({ lab }) => {
    const host = await lab.open();
    const attached = await host.attach({ network: 'host', name: 'daemon' });
    expect(attached).toMatchObject({ mode: 'host', name: 'daemon' });
    expect([attached.netns, attached.endpoint]).toEqual([undefined, undefined]);
    expect([lab.links(), lab.files()]).toEqual([[], []]);
    expect(host.inspect('daemon')).toMatchObject({ id: attached.sandbox, state: 'ready', mode: 'host' });
    await host.detach('daemon');
  });
});

describe('mode container', () => {
  test('a sandbox shares the namespace of another, found by name or id', async ({ lab }) => {
    const host = await lab.open();
    const web = await host.attach({ create: true, name: 'web' });
    for (const reference of ['web', web.sandbox, web.sandbox.slice(0, 12)]) {
      const sharing = await host.attach({ network: `container:${reference}`, name: 'sidecar' });
      expect(sharing).toMatchObject({ mode: 'container', netns: '/run/netns/web' });
      expect(statSync('/run/netns/web').ino).toBe(statSync(sharing.netns ?? '').ino);
      await host.detach('sidecar');
    }
    expect(lab.links()).toHaveLength(2);
    await host.detach('web');
  });

  test("one that shares a third's namespace leads to that one, and lives no longer", async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web', network: 'none' });
    await host.attach({ network: 'container:web', name: 'sidecar' });
    expect(await host.attach({ network: 'container:sidecar', name: 'third' })).toMatchObject({
      netns: '/run/netns/web',
    });
    await host.detach('sidecar');
    expect((await host.gc()).sandboxes).toEqual([]);
    await host.detach('web');
    expect((await host.gc()).sandboxes).toEqual(['third']);
  });

  test('is refused where there is no such sandbox, or it has no namespace of its own', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ network: 'host', name: 'daemon' });
    await expect(host.attach({ network: 'container:web' })).rejects.toEqual(failure('ENOSANDBOX', /"web"/));
    await expect(host.attach({ network: 'container:daemon' })).rejects.toEqual(failure('ENOOWNNETNS', /"daemon"/));
    await host.detach('daemon');
  });
});
