import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { run } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

/** What ip says of a link in the host's namespace. */
const hostLink = (host: TestHost, name: string) =>
  host.netns.ip<{ mtu: number; address: string }>('link', 'show', name)[0];
const addressesOf = (host: TestHost, name: string) => host.netns.run('ip', '-br', '-4', 'address', 'show', name);

describe('the bridge that is made', () => {
  test('has the address that --bip names', async () => {
    using host = new TestHost();
    const { endpoint } = host.attach('--create', '--name', 'web', '--bip', '10.9.8.1/24');
    expect(endpoint).toMatchObject({ address: '10.9.8.2', prefixLength: 24, gateway: '10.9.8.1' });
    expect(addressesOf(host, 'netplumb0')).toMatch(/10\.9\.8\.1\/24/);
    run('ip', 'netns', 'exec', 'web', 'ping', '-c1', '-W2', '10.9.8.1');
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });

  test('takes the next pool when the host routes 172.17.0.0/16 already', async () => {
    using host = new TestHost();
    run('ip', '-n', host.netns.name, 'link', 'add', 'lan', 'type', 'bridge');
    run('ip', '-n', host.netns.name, 'link', 'set', 'lan', 'up');
    run('ip', '-n', host.netns.name, 'route', 'add', '172.17.128.0/24', 'dev', 'lan');
    const { endpoint } = host.attach('--create', '--name', 'web');
    expect(endpoint).toMatchObject({ address: '172.18.0.2', gateway: '172.18.0.1' });
    host.netplumb('detach', 'web');
    await host.expectNothing('lan', 'netplumb0');
  });

  test('has the MTU of --mtu, and the endpoint as well', async () => {
    using host = new TestHost();
    const { endpoint } = host.attach('--create', '--name', 'web', '--mtu', '1400');
    expect(endpoint?.mtu).toBe(1400);
    expect(hostLink(host, 'netplumb0')?.mtu).toBe(1400);
    expect(hostLink(host, endpoint?.hostInterface ?? '')?.mtu).toBe(1400);
    expect(run('ip', '-n', 'web', '-o', 'link', 'show', 'eth0')).toContain('mtu 1400');
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });

  test('is made in the namespace of --host-netns, from wherever it is called', async () => {
    using host = new TestHost();
    using elsewhere = new TestHost();
    const { status } = elsewhere.call(['--host-netns', host.netns.path, 'attach', '--create', '--name', 'web'], {
      env: { NETPLUMB_RUN_DIR: host.runDir },
    });
    expect(status).toBe(0);
    expect(host.links()).toContain('netplumb0');
    expect(elsewhere.links()).toEqual([]);
    const environment = { NETPLUMB_RUN_DIR: host.runDir, NETPLUMB_HOST_NETNS: host.netns.path };
    expect(elsewhere.call(['detach', 'web'], { env: environment }).status).toBe(0);
    expect(host.list()).toEqual([]);
    expect(host.links()).toEqual(['netplumb0']);
  });
});

// On a laptop it may be missing; in CI this fails without it.
const hasBrctl = (() => {
  try {
    run('brctl', '--version');
    return true;
  } catch {
    return process.env.CI === 'true';
  }
})();

describe('an existing bridge', () => {
  test.runIf(hasBrctl)('that brctl made is used as it is found, and never deleted', async () => {
    using host = new TestHost();
    host.netns.run('brctl', 'addbr', 'bridge0');
    run('ip', '-n', host.netns.name, 'address', 'add', '192.168.5.1/24', 'dev', 'bridge0');
    run('ip', '-n', host.netns.name, 'link', 'set', 'bridge0', 'up');
    const { endpoint } = host.attach('--create', '--name', 'web', '--bridge', 'bridge0');
    expect(endpoint).toMatchObject({ address: '192.168.5.2', prefixLength: 24, gateway: '192.168.5.1' });
    run('ip', 'netns', 'exec', 'web', 'ping', '-c1', '-W2', '192.168.5.1');
    expect(host.netns.run('brctl', 'show', 'bridge0')).toContain(endpoint?.hostInterface);
    host.netplumb('detach', 'web', '--bridge', 'bridge0');
    host.netplumb('gc', '--bridge', 'bridge0');
    // Its MAC address is the kernel's to change: without ports it has none.
    const { ifalias, mtu, flags } = host.netns.ip<Record<string, unknown>>('link', 'show', 'bridge0')[0] ?? {};
    expect({ ifalias, mtu, flags }).toEqual({ ifalias: undefined, mtu: 1500, flags: expect.arrayContaining(['UP']) });
    expect(addressesOf(host, 'bridge0')).toContain('192.168.5.1/24');
    const again = host.attach('--create', '--name', 'web', '--bridge', 'bridge0');
    expect(again.endpoint?.address).toBe('192.168.5.3');
    run('ip', 'netns', 'exec', 'web', 'ping', '-c1', '-W2', '192.168.5.1');
    host.netplumb('detach', 'web');
    await host.expectNothing('bridge0');
  });

  test('that is named in the configuration file is used', async () => {
    using host = new TestHost();
    run('ip', '-n', host.netns.name, 'link', 'add', 'br7', 'type', 'bridge');
    run('ip', '-n', host.netns.name, 'address', 'add', '10.7.0.254/24', 'dev', 'br7');
    run('ip', '-n', host.netns.name, 'link', 'set', 'br7', 'up');
    const config = join(host.runDir, 'config.json');
    writeFileSync(config, JSON.stringify({ bridge: 'br7', mtu: 1300, 'default-gateway': '10.7.0.253' }));
    const { status, stdout } = host.call(['attach', '--json', '--create', '--name', 'web'], {
      env: { NETPLUMB_CONFIG: config },
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout).endpoint).toMatchObject({ address: '10.7.0.1', gateway: '10.7.0.253', mtu: 1300 });
    // Flags win over the file.
    const other = host.attach(
      '--config',
      config,
      '--mtu',
      '1200',
      '--create',
      '--name',
      'two',
      '--default-gateway',
      '10.7.0.9',
    );
    expect(other.endpoint).toMatchObject({ gateway: '10.7.0.9', mtu: 1200 });
    host.netplumb('detach', 'web', 'two');
    await host.expectNothing('br7');
  });
});

describe('an endpoint', () => {
  test('has the addresses and the gateway that it was given', async () => {
    using host = new TestHost();
    const options = ['--ip', '172.17.3.4', '--mac-address', '02:11:22:33:44:55', '--default-gateway', '172.17.0.99'];
    const { endpoint } = host.attach('--create', '--name', 'web', ...options);
    expect(endpoint).toMatchObject({ address: '172.17.3.4', macAddress: '02:11:22:33:44:55', gateway: '172.17.0.99' });
    expect(run('ip', '-n', 'web', '-o', 'link', 'show', 'eth0')).toContain('link/ether 02:11:22:33:44:55');
    expect(run('ip', '-n', 'web', '-o', '-4', 'address', 'show', 'eth0')).toContain('172.17.3.4/16');
    expect(run('ip', '-n', 'web', 'route')).toContain('default via 172.17.0.99 dev eth0');
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });

  test('has a MAC address derived from its address, so that a recycled one meets no stale entry', async () => {
    using host = new TestHost();
    const first = host.attach('--create', '--name', 'one', '--ip', '172.17.1.2');
    expect(first.endpoint?.macAddress).toBe('02:42:ac:11:01:02');
    host.netplumb('detach', 'one');
    const again = host.attach('--create', '--name', 'two', '--ip', '172.17.1.2');
    expect(again.endpoint?.macAddress).toBe('02:42:ac:11:01:02');
    run('ip', 'netns', 'exec', 'two', 'ping', '-c1', '-W2', '172.17.0.1');
    host.netplumb('detach', 'two');
    await host.expectNothing('netplumb0');
  });

  test('under run has what it was given as well', async () => {
    using host = new TestHost();
    const options = [
      '--ip',
      '172.17.3.4',
      '--mac-address',
      '02-11-22-33-44-55',
      '--default-gateway',
      '172.17.0.99',
      '--mtu',
      '1400',
    ];
    const text = host.netplumb(
      'run',
      ...options,
      'sh',
      '-c',
      'ip -o link show eth0; ip -o -4 address show eth0; ip route',
    );
    for (const part of ['mtu 1400', '02:11:22:33:44:55', '172.17.3.4/16', 'default via 172.17.0.99 dev eth0']) {
      expect(text).toContain(part);
    }
    await host.expectNothing('netplumb0');
  });
});
