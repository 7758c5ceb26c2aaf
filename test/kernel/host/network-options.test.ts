import { describe, expect } from 'vitest';
import { endpointOf, failure, type IpLink, ipIn, type Lab, ping, test } from './lab.js';

const prefix = 'com.docker.network';

/** A bridge that somebody has made as Docker's documents show. */
function foreignBridge({ netns }: Lab, name: string, ...addresses: string[]): void {
  netns.run('brctl', 'addbr', name);
  for (const address of addresses) {
    netns.run('ip', 'address', 'add', address, 'dev', name, ...(address.includes(':') ? ['nodad'] : []));
  }
  netns.run('ip', 'link', 'set', 'dev', name, 'up');
}

describe('bridge.name', () => {
  test('names the bridge that is made, and removed', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', options: { [`${prefix}.bridge.name`]: 'web0' } });
    expect(lab.linkNames()).toEqual(['web0']);
    await host.networks.remove('web');
    expect(lab.linkNames()).toEqual([]);
  });

  test('means a bridge that exists: used as it is found, its address the gateway, and never deleted', async ({
    lab,
  }) => {
    foreignBridge(lab, 'br7', '10.7.0.254/24');
    const host = await lab.open();
    const network = await host.networks.create({ name: 'web', options: { [`${prefix}.bridge.name`]: 'br7' } });
    expect(network.subnets).toEqual([{ subnet: '10.7.0.0/24', gateway: '10.7.0.254' }]);
    const endpoint = endpointOf(await host.attach({ create: true, name: 'a1', network: 'web' }));
    expect(endpoint).toMatchObject({ address: '10.7.0.1', gateway: '10.7.0.254' });
    ping('a1', '10.7.0.254');
    expect(lab.links().find(({ ifname }) => ifname === 'br7')?.ifalias).toBeUndefined();
    await host.detach('a1');
    await host.networks.remove('web');
    await host.gc();
    expect(lab.linkNames()).toEqual(['br7']);
    expect(lab.netns.ip('address', 'show', 'dev', 'br7')[0]).toMatchObject({
      addr_info: expect.arrayContaining([expect.objectContaining({ local: '10.7.0.254', prefixlen: 24 })]),
    });
  });

  test('with another subnet than such a bridge has is refused, and both stay', async ({ lab }) => {
    foreignBridge(lab, 'br7', '10.7.0.254/24');
    const host = await lab.open();
    const options = { [`${prefix}.bridge.name`]: 'br7' };
    await expect(host.networks.create({ name: 'web', subnet: '10.8.0.0/24', options })).rejects.toEqual(
      failure('EBADOPTION', /10\.8\.0\.0\/24.*10\.7\.0\.254\/24/),
    );
    await expect(host.networks.create({ name: 'web', gateway: '10.7.0.1', options })).rejects.toEqual(
      failure('EBADOPTION', /10\.7\.0\.1/),
    );
    await host.networks.create({ name: 'web', subnet: '10.7.0.0/24', gateway: '10.7.0.254', options });
    await host.networks.remove('web');
    expect(lab.linkNames()).toEqual(['br7']);
  });

  test('of another network of ours is refused: the bridge has one', async ({ lab }) => {
    const host = await lab.open();
    const options = { [`${prefix}.bridge.name`]: 'web0' };
    await host.networks.create({ name: 'web', options });
    await expect(host.networks.create({ name: 'api', options })).rejects.toEqual(failure('ENAMEINUSE', /web0/));
    await host.networks.remove('web');
    await lab.expectEmpty();
  });

  test('a bridge without an address, or none at all, is refused', async ({ lab }) => {
    foreignBridge(lab, 'br7');
    lab.netns.run('ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'veth1');
    const host = await lab.open();
    const create = (name: string) =>
      host.networks.create({ name: 'web', options: { [`${prefix}.bridge.name`]: name } });
    await expect(create('br7')).rejects.toEqual(failure('EBRIDGENOADDR', /"br7"/));
    await expect(create('veth0')).rejects.toEqual(failure('ENOTBRIDGE', /"veth0"/));
  });
});

describe('other options', () => {
  test('driver.mtu is that of the bridge and of every endpoint', async ({ lab }) => {
    const host = await lab.open();
    const { interface: bridge } = await host.networks.create({
      name: 'web',
      options: { [`${prefix}.driver.mtu`]: '1280' },
    });
    const endpoint = endpointOf(await host.attach({ create: true, name: 'a1', network: 'web' }));
    expect(endpoint.mtu).toBe(1280);
    expect(ipIn<IpLink>('a1', 'link', 'show', 'dev', 'eth0')).toMatchObject([{ mtu: 1280 }]);
    const mtus = new Map(lab.links().map(({ ifname, mtu }) => [ifname, mtu]));
    expect([mtus.get(bridge ?? ''), mtus.get(endpoint.hostInterface)]).toEqual([1280, 1280]);
    await host.detach('a1');
    await host.networks.remove('web');
  });

  test('container_iface_prefix names interfaces', async ({ lab }) => {
    const host = await lab.open();
    const options = { [`${prefix}.container_iface_prefix`]: 'net' };
    await host.networks.create({ name: 'web', options });
    await host.networks.create({ name: 'api', options });
    await host.attach({ create: true, name: 'a1', network: 'web' });
    await host.networks.connect('api', 'a1');
    await host.networks.connect('bridge', 'a1');
    expect(ipIn<IpLink>('a1', 'link').map(({ ifname }) => ifname)).toEqual(['lo', 'net0', 'net1', 'eth0']);
    await host.detach('a1');
    await host.networks.prune();
  });

  test('gateway_mode isolated gives nobody a gateway, not even the host an address', async ({ lab }) => {
    const host = await lab.open();
    const options = { [`${prefix}.bridge.gateway_mode_ipv4`]: 'isolated' };
    await expect(host.networks.create({ name: 'web', options })).rejects.toEqual(failure('EBADOPTION', /internal/));
    const network = await host.networks.create({ name: 'web', internal: true, subnet: '10.3.0.0/24', options });
    expect(network.subnets).toEqual([{ subnet: '10.3.0.0/24' }]);
    await host.attach({ create: true, name: 'a1', network: 'web' });
    const other = endpointOf(await host.attach({ create: true, name: 'a2', network: 'web' }));
    expect(lab.netns.ip('-4', 'address', 'show', 'dev', network.interface ?? '')).toEqual([]);
    expect(ipIn('a1', 'route', 'show', 'default')).toEqual([]);
    ping('a1', other.address);
    await host.detachAll(['a1', 'a2']);
    await host.networks.remove('web');
  });

  test('internal: the bridge has its address, and nobody a default route', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', internal: true });
    const { endpoint } = await host.attach({ create: true, name: 'a1', network: 'web' });
    expect(endpoint?.gateway).toBeUndefined();
    expect(ipIn('a1', 'route', 'show', 'default')).toEqual([]);
    ping('a1', '172.18.0.1');
    await host.detach('a1');
    await host.networks.remove('web');
  });

  test.for<[Record<string, string>, RegExp]>([
    [{ [`${prefix}.bridge.nmae`]: 'web0' }, /did you mean com\.docker\.network\.bridge\.name\?/],
    [{ [`${prefix}.driver.mut`]: '1400' }, /did you mean com\.docker\.network\.driver\.mtu\?/],
    [{ parent: 'eth0' }, /no such option/],
    [{ [`${prefix}.driver.mtu`]: '12' }, /mtu/],
    [{ [`${prefix}.driver.mtu`]: '' }, /mtu/],
    [{ [`${prefix}.bridge.name`]: 'a/b' }, /name/],
    [{ [`${prefix}.bridge.name`]: 'x'.repeat(16) }, /name/],
    [{ [`${prefix}.bridge.enable_icc`]: 'yes' }, /true nor false/],
    [{ [`${prefix}.bridge.gateway_mode_ipv4`]: 'bridged' }, /nat, routed/],
    [{ [`${prefix}.bridge.host_binding_ipv4`]: '::1' }, /IPv4/],
    [{ [`${prefix}.container_iface_prefix`]: 'net1' }, /digit/],
    [{ [`${prefix}.container_iface_prefix`]: 'x'.repeat(12) }, /11/],
  ])('%j is refused, and nothing is made', async ([options, message], { lab }) => {
    const host = await lab.open();
    await expect(host.networks.create({ name: 'web', options })).rejects.toEqual(failure('EBADOPTION', message));
    expect(lab.linkNames()).toEqual([]);
  });
});
