import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { run } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

/** A host with two networks and a sandbox `one` in the first of them. */
function newHost(): TestHost {
  const host = new TestHost();
  host.netplumb('network', 'create', '--subnet', '10.1.0.0/24', 'web');
  host.netplumb('network', 'create', '--ipv6', '--subnet', '10.2.0.0/24', '--subnet', 'fd00:2::/64', 'db');
  host.attach('--create', '--name', 'one', '--net', 'web');
  return host;
}

const inside = (...command: string[]) => run('ip', '-n', 'one', ...command);
const defaultRoutes = () => inside('-4', 'route', 'show', 'default').trim();

async function expectNothing(host: TestHost): Promise<void> {
  host.netplumb('detach', 'one');
  host.netplumb('network', 'rm', 'web', 'db');
  await host.expectNothing();
}

describe('connect', () => {
  test('gives a running sandbox another interface, and the default route stays', async () => {
    using host = newHost();
    const text = host.netplumb('network', 'connect', '--ip', '10.2.0.9', '--ip6', 'fd00:2::9', 'db', 'one');
    expect(text).toMatch(
      /^Network: +[0-9a-f]{12}\nInterface: +eth1\nAddress: +10\.2\.0\.9\/24\nIPv6 address: +fd00:2::9\/64\n/,
    );
    expect(inside('-brief', 'address', 'show', 'eth1')).toMatch(/UP +10\.2\.0\.9\/24 fd00:2::9\/64/);
    expect(defaultRoutes()).toContain('via 10.1.0.1 dev eth0');
    expect(host.netplumb('inspect', 'one').match(/^Interface: .*/gm)).toEqual([
      expect.stringContaining('eth0'),
      expect.stringContaining('eth1'),
    ]);
    run('ip', 'netns', 'exec', 'one', 'ping', '-c1', '-W2', '10.2.0.1');
    run('ip', 'netns', 'exec', 'one', 'ping', '-6', '-c1', '-W2', 'fd00:2::1');
    const [{ Containers }] = JSON.parse(host.netplumb('network', 'inspect', 'db'));
    expect(Object.values(Containers)).toMatchObject([
      { Name: 'one', IPv4Address: '10.2.0.9/24', IPv6Address: 'fd00:2::9/64' },
    ]);
    await expectNothing(host);
  });

  test('with a priority takes the default route, and gives it back', async () => {
    using host = newHost();
    const endpoint = JSON.parse(host.netplumb('network', 'connect', '--json', '--gw-priority', '1', 'db', 'one'));
    expect(endpoint).toMatchObject({ interface: 'eth1', address: '10.2.0.2', gatewayPriority: 1 });
    expect(defaultRoutes()).toContain('via 10.2.0.1 dev eth1');
    expect(host.netplumb('network', 'disconnect', 'db', 'one')).toBe('one\n');
    expect(defaultRoutes()).toContain('via 10.1.0.1 dev eth0');
    expect(() => inside('link', 'show', 'eth1')).toThrow('does not exist');
    await expectNothing(host);
  });

  test('has the MAC address and the priority below others that it was given', async () => {
    using host = newHost();
    host.netplumb('network', 'connect', '--mac-address', '02:00:00:00:00:07', '--gw-priority', '-1', 'db', 'one');
    expect(inside('link', 'show', 'eth1')).toContain('link/ether 02:00:00:00:00:07');
    host.netplumb('network', 'disconnect', 'web', 'one');
    expect(defaultRoutes()).toContain('via 10.2.0.1 dev eth1');
    await expectNothing(host);
  });

  test('takes names and ids of either', async () => {
    using host = newHost();
    const [{ id }] = JSON.parse(host.netplumb('inspect', '--json', 'one'));
    const network = host.netplumb('network', 'inspect', '--format', 'id', 'db').trim();
    host.netplumb('network', 'connect', network.slice(0, 12), id.slice(0, 12));
    host.netplumb('network', 'disconnect', network, id);
    await expectNothing(host);
  });
});

describe('disconnect', () => {
  test('of what is not connected is refused, but for --force', async () => {
    using host = newHost();
    for (const [args, code] of [
      [['db', 'one'], 'ENOTINNETWORK'],
      [['db', 'nope'], 'ENOSANDBOX'],
    ] as const) {
      const refused = host.call(['--json', 'network', 'disconnect', ...args]);
      expect(refused).toMatchObject({ status: 1, stdout: '' });
      expect(JSON.parse(refused.stderr).error.code).toBe(code);
      expect(JSON.parse(host.netplumb('--json', 'network', 'disconnect', '--force', ...args))).toEqual({
        disconnected: [args[1]],
      });
    }
    expect(host.call(['network', 'disconnect', '--force', 'nope', 'one']).status).toBe(1);
    await expectNothing(host);
  });
});

describe('is refused with nothing made:', () => {
  let host: TestHost;
  beforeAll(() => {
    host = newHost();
  });
  afterAll(() => host[Symbol.dispose]());

  /** Calls it with --json and returns the status and the error's code. */
  function refusal(...args: string[]) {
    const before = host.links();
    const { status, stdout, stderr } = host.call(['--json', 'network', ...args]);
    expect(stdout).toBe('');
    expect(host.links()).toEqual(before);
    expect(host.netplumb('network', 'ls', '-f', 'type=custom', '--format', 'name')).toBe('db\nweb\n');
    expect(inside('-brief', 'link').match(/^eth/gm)).toHaveLength(1);
    return { status, code: JSON.parse(stderr).error.code };
  }

  test.each([
    ['a connection made twice', ['web', 'one'], 1, 'EINNETWORK'],
    ['a connection to a network that is not there', ['nope', 'one'], 1, 'ENONETWORK'],
    ['a connection of a sandbox that is not there', ['db', 'nope'], 1, 'ENOSANDBOX'],
    ['a connection to what no network can be named', ['a b', 'one'], 2, 'EBADNAME'],
    ['a connection with an address outside', ['--ip', '10.3.0.1', 'db', 'one'], 1, 'EOUTSIDESUBNET'],
    ['a connection with the address of the gateway', ['--ip', '10.2.0.1', 'db', 'one'], 1, 'EADDRRESERVED'],
    ['a connection with an address that is none', ['--ip', '10.2.0', 'db', 'one'], 2, 'EBADADDR'],
    ['a connection with a MAC address that is none', ['--mac-address', '02:00', 'db', 'one'], 2, 'EBADMAC'],
    ['a connection with an alias that is none', ['--alias', 'a b', 'db', 'one'], 2, 'EBADOPTION'],
    ['a connection with a priority that is none', ['--gw-priority', 'high', 'db', 'one'], 2, 'EBADOPTION'],
  ])('%s', (_, args, status, code) => {
    expect(refusal('connect', ...args)).toEqual({ status, code });
  });

  test.each([
    ['a name that is none', ['a b'], 2, 'EBADNAME'],
    ['a name that is there from the start', ['bridge'], 1, 'EBUILTIN'],
    ['a name that is in use', ['web'], 1, 'ENAMEINUSE'],
    ['a subnet that is none', ['--subnet', '10.3.0.0', 'new'], 2, 'EBADCIDR'],
    ['a subnet with bits of a host', ['--subnet', '10.3.0.1/24', 'new'], 2, 'EBADCIDR'],
    ['a subnet that is too small', ['--subnet', '10.3.0.0/32', 'new'], 2, 'EBADOPTION'],
    ["a subnet that overlaps another network's", ['--subnet', '10.1.0.0/25', 'new'], 1, 'EOVERLAP'],
    ['a gateway that is outside', ['--subnet', '10.3.0.0/24', '--gateway', '10.4.0.1', 'new'], 2, 'EBADOPTION'],
    ['a range that is outside', ['--subnet', '10.3.0.0/24', '--ip-range', '10.4.0.0/25', 'new'], 2, 'EBADOPTION'],
    ['an address that is no address', ['--aux-address', 'nas=10', 'new'], 2, 'EBADADDR'],
    ['a driver that there is not', ['-d', 'overlay', 'new'], 1, 'ENODRIVER'],
    ['an option that there is not', ['-o', 'com.docker.network.bridge.nmae=x', 'new'], 2, 'EBADOPTION'],
    ['an option with a bad value', ['-o', 'com.docker.network.driver.mtu=1', 'new'], 2, 'EBADOPTION'],
    ['a label that is none', ['--label', '=x', 'new'], 2, 'EBADOPTION'],
    ['an IPv6 subnet of a network without IPv6', ['--subnet', 'fd00:3::/64', 'new'], 2, 'EBADOPTION'],
  ])('a network with %s', (_, args, status, code) => {
    expect(refusal('create', ...args)).toEqual({ status, code });
  });
});
