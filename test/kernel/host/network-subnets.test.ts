import { describe, expect } from 'vitest';
import type { NetworkSpec } from '../../../src/index.js';
import { endpointOf, failure, ipIn, ping, test } from './lab.js';

describe('subnets that are asked for', () => {
  test('several of one family: the first gives addresses until it is full, then the next', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: ['10.3.0.0/30', '10.4.0.0/29'], gateway: '10.4.0.6' });
    const attached = await host.attachAll(['a1', 'a2', 'a3'].map((name) => ({ create: true, name, network: 'web' })));
    expect(attached.map((one) => endpointOf(one.attached ?? {}))).toMatchObject([
      { address: '10.3.0.2', prefixLength: 30, gateway: '10.3.0.1' },
      { address: '10.4.0.1', prefixLength: 29, gateway: '10.4.0.6' },
      { address: '10.4.0.2', prefixLength: 29, gateway: '10.4.0.6' },
    ]);
    ping('a1', '10.3.0.1');
    ping('a2', '10.4.0.6');
    ping('a2', '10.4.0.2');
    await host.detachAll(['a1', 'a2', 'a3']);
    await host.networks.remove('web');
  });

  test('a range gives addresses out of it alone, and others of the subnet when asked for', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.3.0.0/16', ipRange: '10.3.5.0/30' });
    const specs = Array.from({ length: 5 }, (_, i) => ({ create: true, name: `a${i}x`, network: 'web' }));
    const results = await host.attachAll(specs);
    expect(results.map(({ attached }) => attached?.endpoint?.address)).toEqual([
      '10.3.5.0',
      '10.3.5.1',
      '10.3.5.2',
      '10.3.5.3',
      undefined,
    ]);
    expect(results[4]?.error).toEqual(failure('EPOOL'));
    const far = await host.attach({ create: true, name: 'far', network: 'web', ip: '10.3.255.254' });
    ping('far', '10.3.5.3');
    ping('far', '10.3.0.1');
    await host.detachAll([...specs.map(({ name }) => name), far.name]);
    await host.networks.remove('web');
  });

  test('auxiliary addresses are given to nobody', async ({ lab }) => {
    const host = await lab.open();
    const auxAddress = { nas: '10.3.0.2', router: '10.3.0.4' };
    const { subnets } = await host.networks.create({ name: 'web', subnet: '10.3.0.0/29', auxAddress });
    expect(subnets).toEqual([{ subnet: '10.3.0.0/29', gateway: '10.3.0.1', auxiliary: auxAddress }]);
    const attached = await host.attachAll(
      ['a1', 'a2', 'a3', 'a4'].map((name) => ({ create: true, name, network: 'web' })),
    );
    expect(attached.map((one) => one.attached?.endpoint?.address)).toEqual([
      '10.3.0.3',
      '10.3.0.5',
      '10.3.0.6',
      undefined,
    ]);
    await expect(host.attach({ create: true, name: 'nas', network: 'web', ip: '10.3.0.2' })).rejects.toEqual(
      failure('EADDRRESERVED', /nas/),
    );
    await host.detachAll(['a1', 'a2', 'a3']);
    await host.networks.remove('web');
  });

  test('addresses are given out in turn: one that was given back rests', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.3.0.0/29' });
    const seen: (string | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      seen.push((await host.attach({ create: true, name: 'a1', network: 'web' })).endpoint?.address);
      await host.detach('a1');
    }
    expect(seen).toEqual(['2', '3', '4', '5', '6', '2', '3'].map((last) => `10.3.0.${last}`));
    await host.networks.remove('web');
  });

  test('an address is asked for in the one network that has it, when connecting as well', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.3.0.0/24', ipv6: true });
    await host.attach({ create: true, name: 'a1' });
    await expect(host.networks.connect('web', 'a1', { ip: '10.4.0.9' })).rejects.toEqual(failure('EOUTSIDESUBNET'));
    await expect(host.networks.connect('web', 'a1', { ip6: '2001:db8::1' })).rejects.toEqual(failure('EOUTSIDESUBNET'));
    const { subnets } = await host.networks.inspect('web');
    const ip6 = `${subnets[1]?.subnet.split('/')[0]}99`;
    const asked = { ip: '10.3.0.9', ip6, macAddress: '02:00:00:00:00:09' };
    const endpoint = await host.networks.connect('web', 'a1', asked);
    expect(endpoint).toMatchObject({ address: '10.3.0.9', address6: ip6, macAddress: asked.macAddress });
    expect(ipIn('a1', 'address', 'show', 'dev', 'eth1')).toMatchObject([
      { address: asked.macAddress, addr_info: [{ local: '10.3.0.9' }, { local: ip6 }] },
    ]);
    await host.detach('a1');
    await host.networks.remove('web');
  });
});

const base: NetworkSpec = { name: 'web' };

describe('what can be no network is refused, and nothing is made', () => {
  test.for<[string, NetworkSpec | null, RegExp]>([
    ['EUSAGE', null, /./],
    ['EBADNAME', { name: '' }, /./],
    ['EBADNAME', { name: 'a' }, /./],
    ['EBADNAME', { name: 'a b' }, /./],
    ['EBADNAME', { name: '-web' }, /./],
    ['EBADNAME', { name: 'web/api' }, /./],
    ['EBADNAME', { name: 'x'.repeat(64) }, /./],
    ['EBADNAME', { name: 'web\n' }, /./],
    ['EBADNAME', { name: 7 as unknown as string }, /./],
    ['ENAMEINUSE', { name: 'taken' }, /"taken"/],
    ['ENODRIVER', { ...base, driver: 'brigde' }, /brigde/],
    ['ENODRIVER', { ...base, driver: 'overlay' }, /overlay/],
    ['EBADCIDR', { ...base, subnet: '10.3.0.0' }, /10\.3\.0\.0/],
    ['EBADCIDR', { ...base, subnet: '10.3.0.0/33' }, /33/],
    ['EBADCIDR', { ...base, subnet: '10.3.0/24' }, /10\.3\.0/],
    ['EBADCIDR', { ...base, subnet: '10.3.0.1/24' }, /10\.3\.0\.0\/24/],
    ['EBADCIDR', { ...base, subnet: 'fd00::1/64' }, /fd00::\/64/],
    ['EBADCIDR', { ...base, subnet: '' }, /./],
    ['EBADOPTION', { ...base, subnet: '10.3.0.0/32' }, /no address left/],
    ['EBADOPTION', { ...base, subnet: 'fd00::/64' }, /no IPv6/],
    ['EBADOPTION', { ...base, ipv6: true, subnet: 'fd00::/128' }, /no address left/],
    ['EBADOPTION', { ...base, ipv6: true, subnet: 'fe80::/64' }, /link-local/],
    ['EBADOPTION', { ...base, subnet: '224.0.0.0/8' }, /multicast/],
    ['EBADOPTION', { ...base, subnet: '127.0.0.0/8' }, /loopback/],
    ['EOVERLAP', { ...base, subnet: '10.9.0.0/24' }, /"taken"/],
    ['EOVERLAP', { ...base, subnet: '10.0.0.0/8' }, /"taken"/],
    ['EOVERLAP', { ...base, subnet: '10.9.0.128/25' }, /"taken"/],
    ['EOVERLAP', { ...base, subnet: '172.17.0.0/24' }, /"bridge"/],
    ['EOVERLAP', { ...base, subnet: ['10.3.0.0/24', '10.3.0.128/25'] }, /./],
    ['EBADADDR', { ...base, subnet: '10.3.0.0/24', gateway: '10.3.0' }, /./],
    ['EBADOPTION', { ...base, subnet: '10.3.0.0/24', gateway: '10.4.0.1' }, /10\.4\.0\.1/],
    ['EBADOPTION', { ...base, subnet: '10.3.0.0/24', gateway: 'fd00::1' }, /fd00::1/],
    ['EBADOPTION', { ...base, subnet: '10.3.0.0/24', gateway: '10.3.0.0' }, /network/],
    ['EBADOPTION', { ...base, subnet: '10.3.0.0/24', gateway: '10.3.0.255' }, /broadcast/],
    ['EBADOPTION', { ...base, subnet: '10.3.0.0/24', ipRange: '10.4.0.0/28' }, /10\.4\.0\.0\/28/],
    ['EBADOPTION', { ...base, subnet: '10.3.0.0/24', ipRange: '10.3.0.0/16' }, /10\.3\.0\.0\/16/],
    ['EBADCIDR', { ...base, subnet: '10.3.0.0/24', ipRange: '10.3.0.1/28' }, /./],
    ['EBADOPTION', { ...base, subnet: '10.3.0.0/24', auxAddress: { nas: '10.4.0.9' } }, /10\.4\.0\.9/],
    ['EBADADDR', { ...base, subnet: '10.3.0.0/24', auxAddress: { nas: 'nas' } }, /./],
    ['EBADOPTION', { ...base, labels: { '': 'x' } }, /label/],
  ])('%s: %j', async ([code, spec, message], { lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'taken', subnet: '10.9.0.0/24' });
    await host.attach({ create: true, name: 'a1' });
    const before = [await lab.records(), lab.linkNames()];
    await expect(host.networks.create(spec as NetworkSpec)).rejects.toEqual(failure(code, message));
    expect([await lab.records(), lab.linkNames()]).toEqual(before);
    await host.detach('a1');
    await host.networks.remove('taken');
  });
});
