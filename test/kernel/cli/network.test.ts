import { describe, expect, test } from 'vitest';
import type { DockerNetwork } from '../../../src/cli/format/network-json.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { run } from '../../support/netns.js';
import { TestHost, terminal } from './host.js';

expectNothingLeft();

/** What `network inspect` prints of one network. */
function inspect(host: TestHost, name: string): DockerNetwork {
  const [network, ...others] = JSON.parse(host.netplumb('network', 'inspect', name)) as DockerNetwork[];
  expect(others).toEqual([]);
  return network as DockerNetwork;
}

const names = (host: TestHost, ...filters: string[]) =>
  host
    .netplumb('network', 'ls', '--format', 'name', ...filters.flatMap((one) => ['-f', one]))
    .split('\n')
    .slice(0, -1);

/** What ip says of a link in the host's namespace. */
const addressesOf = (host: TestHost, link: string) => host.netns.run('ip', '-brief', 'address', 'show', link);

/** Name of the bridge of a network. */
const bridgeOf = (host: TestHost, network: string) =>
  host.netplumb('network', 'inspect', '--format', 'interface', network).trim();

describe('the networks that are there from the start', () => {
  test('are listed as Docker lists them', async () => {
    using host = new TestHost();
    expect(host.netplumb('network', 'ls').replaceAll(/[0-9a-f]{12}/g, 'X'.repeat(12))).toBe(
      [
        'NETWORK ID     NAME      DRIVER    SCOPE',
        'XXXXXXXXXXXX   bridge    bridge    local',
        'XXXXXXXXXXXX   host      host      local',
        'XXXXXXXXXXXX   none      null      local',
        '',
      ].join('\n'),
    );
    expect(host.netplumb('network', 'ls', '--no-trunc')).toMatch(/^[0-9a-f]{64} {3}bridge/m);
    expect(host.netplumb('network', 'list', '-q')).toMatch(/^([0-9a-f]{12}\n){3}$/);
    // Asking makes nothing.
    await host.expectNothing();
  });

  test('are the same ones every time', () => {
    using host = new TestHost();
    const ids = host.netplumb('network', 'ls', '-q');
    host.netplumb('run', 'true');
    expect(host.netplumb('network', 'ls', '-q')).toBe(ids);
  });

  test.each(['bridge', 'host', 'none'])('cannot be removed: %s', (name) => {
    using host = new TestHost();
    expect(host.call(['network', 'rm', name])).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(`network "${name}" is there from the start`),
    });
  });

  test('bridge is inspected with what the kernel has', async () => {
    using host = new TestHost();
    const { sandbox, name } = host.attach('--create', '--name', 'web');
    const { Containers, Options, IPAM, Id, Created } = inspect(host, 'bridge');
    expect(Id).toMatch(/^[0-9a-f]{64}$/);
    expect(Created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect(Math.abs(Date.parse(Created) - Date.now())).toBeLessThan(60_000);
    expect(Object.keys(Containers)).toEqual([sandbox]);
    const [link] = JSON.parse(run('ip', '-j', '-n', name, 'address', 'show', 'eth0'));
    const [inet] = link.addr_info;
    expect(Containers[sandbox]).toEqual({
      Name: 'web',
      EndpointID: expect.stringMatching(/^[0-9a-f]{64}$/),
      MacAddress: link.address,
      IPv4Address: `${inet.local}/${inet.prefixlen}`,
      IPv6Address: '',
    });
    const bridge = Options['com.docker.network.bridge.name'] ?? '';
    expect(Object.keys(Options)).toEqual([
      'com.docker.network.bridge.default_bridge',
      'com.docker.network.bridge.enable_icc',
      'com.docker.network.bridge.enable_ip_masquerade',
      'com.docker.network.bridge.host_binding_ipv4',
      'com.docker.network.bridge.name',
      'com.docker.network.driver.mtu',
    ]);
    expect(addressesOf(host, bridge)).toContain(`${IPAM.Config[0]?.Gateway}/16`);
    expect(Options['com.docker.network.driver.mtu']).toBe(String(link.mtu));
    host.netplumb('detach', 'web');
    expect(inspect(host, 'bridge').Containers).toEqual({});
    await host.expectNothing(bridge);
  });
});

describe('a network that is created', () => {
  test('is a bridge of its own with the next free subnet, by the id that is printed', async () => {
    using host = new TestHost();
    host.netplumb('run', 'true');
    const id = host.netplumb('network', 'create', 'web').trim();
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(inspect(host, 'web')).toMatchObject({ Id: id, Name: 'web', Driver: 'bridge', Scope: 'local' });
    for (const reference of [id, id.slice(0, 12), id.slice(0, 20)]) {
      expect(inspect(host, reference).Name).toBe('web');
    }
    const bridge = bridgeOf(host, 'web');
    expect(addressesOf(host, bridge)).toContain('172.18.0.1/16');
    const { name, sandbox } = host.attach('--create', '--name', 'one', '--net', 'web');
    const [{ Netplumb }] = JSON.parse(host.netplumb('network', 'inspect', '--verbose', 'web'));
    expect(Netplumb).toMatchObject({ Interface: bridge, Endpoints: { [sandbox]: { Interface: 'eth0', MTU: 1500 } } });
    const { HostInterface } = Netplumb.Endpoints[sandbox];
    expect(run('ip', '-n', name, '-brief', '-4', 'address', 'show', 'eth0')).toContain('172.18.0.2/16');
    expect(host.netns.run('bridge', 'link', 'show', 'master', bridge)).toContain(HostInterface);
    run('ip', 'netns', 'exec', name, 'ping', '-c1', '-W2', '172.18.0.1');
    host.netplumb('detach', 'one');
    expect(host.netplumb('network', 'remove', 'web')).toBe('web\n');
    await host.expectNothing('netplumb0');
  });

  test('has the subnets, gateway, range and addresses that it was given', async () => {
    using host = new TestHost();
    const subnet = ['--subnet', '10.10.0.0/16', '--gateway', '10.10.0.254', '--ip-range', '10.10.4.0/29'];
    const auxiliary = ['--aux-address', 'router=10.10.4.0,nas=10.10.4.1', '--aux-address', 'dns=10.10.0.53'];
    host.netplumb('network', 'create', ...subnet, ...auxiliary, 'web');
    expect(inspect(host, 'web').IPAM.Config).toEqual([
      {
        Subnet: '10.10.0.0/16',
        IPRange: '10.10.4.0/29',
        Gateway: '10.10.0.254',
        AuxiliaryAddresses: { dns: '10.10.0.53', nas: '10.10.4.1', router: '10.10.4.0' },
      },
    ]);
    expect(addressesOf(host, bridgeOf(host, 'web'))).toContain('10.10.0.254/16');
    const first = host.netplumb('run', '--net=web', 'sh', '-c', 'ip -brief -4 address show eth0; ip route');
    expect(first).toContain('10.10.4.2/16');
    expect(first).toContain('default via 10.10.0.254 dev eth0');
    expect(host.netplumb('run', '--net=web', '--ip', '10.10.9.9', 'ip', '-brief', 'address')).toContain('10.10.9.9/16');
    const taken = host.call(['run', '--net=web', '--ip', '10.10.0.53', 'true']);
    expect(taken).toMatchObject({ status: 125, stderr: expect.stringContaining('dns') });
    host.netplumb('network', 'rm', 'web');
    await host.expectNothing();
  });

  test('of both families gives both', async () => {
    using host = new TestHost();
    host.netplumb('network', 'create', '--ipv6', '--subnet', '10.10.0.0/24', '--subnet', 'fd00:7::/64', 'dual');
    expect(inspect(host, 'dual')).toMatchObject({
      EnableIPv6: true,
      IPAM: {
        Config: [
          { Subnet: '10.10.0.0/24', Gateway: '10.10.0.1' },
          { Subnet: 'fd00:7::/64', Gateway: 'fd00:7::1' },
        ],
      },
    });
    const { name, sandbox } = host.attach('--create', '--name', 'one', '--net', 'dual', '--ip6', 'fd00:7::99');
    expect(run('ip', '-n', name, '-brief', 'address', 'show', 'eth0')).toMatch(/10\.10\.0\.2\/24 fd00:7::99\/64/);
    expect(inspect(host, 'dual').Containers[sandbox]?.IPv6Address).toBe('fd00:7::99/64');
    run('ip', 'netns', 'exec', name, 'ping', '-6', '-c1', '-W2', 'fd00:7::1');
    host.netplumb('detach', 'one');
    host.netplumb('network', 'create', '--ipv6', 'own');
    expect(inspect(host, 'own').IPAM.Config[1]?.Subnet).toMatch(/^fd[0-9a-f]{2}:.*\/64$/);
    host.netplumb('network', 'rm', 'dual', 'own');
    await host.expectNothing();
  });

  test('that is internal leads nowhere else', async () => {
    using host = new TestHost();
    host.netplumb('network', 'create', '--internal', 'db');
    expect(inspect(host, 'db').Internal).toBe(true);
    expect(host.netplumb('run', '--net=db', 'ip', 'route')).not.toContain('default');
    host.netplumb('network', 'rm', 'db');
    await host.expectNothing();
  });

  test('has its options and labels', async () => {
    using host = new TestHost();
    const options = ['-o', 'com.docker.network.bridge.name=br-shop', '--opt', 'com.docker.network.driver.mtu=1400'];
    const labels = ['--label', 'team=shop', '--label', 'stage'];
    const text = host.netplumb('network', 'create', '--json', ...options, ...labels, '--attachable', 'shop');
    expect(JSON.parse(text)).toMatchObject({ name: 'shop', interface: 'br-shop', labels: { stage: '', team: 'shop' } });
    expect(inspect(host, 'shop')).toMatchObject({
      Attachable: true,
      Options: { 'com.docker.network.bridge.name': 'br-shop', 'com.docker.network.driver.mtu': '1400' },
      Labels: { stage: '', team: 'shop' },
    });
    expect(host.netns.ip<{ mtu: number }>('link', 'show', 'br-shop')[0]?.mtu).toBe(1400);
    expect(host.netplumb('run', '--net=shop', 'ip', 'link', 'show', 'eth0')).toContain('mtu 1400');
    host.netplumb('network', 'rm', 'shop');
    await host.expectNothing();
  });
});

describe('ls', () => {
  test('lists what is asked for, as it is asked for', async () => {
    using host = new TestHost();
    host.netplumb('network', 'create', '--label', 'team=shop', '--subnet', '10.1.0.0/24', 'web10');
    host.netplumb('network', 'create', '--label', 'team=lab', '--subnet', '10.2.0.0/24', 'web9');
    expect(names(host)).toEqual(['bridge', 'host', 'none', 'web9', 'web10']);
    expect(names(host, 'type=custom')).toEqual(['web9', 'web10']);
    expect(names(host, 'label=team=shop')).toEqual(['web10']);
    expect(names(host, 'driver=null')).toEqual(['none']);
    expect(host.netplumb('network', 'ls', '-f', 'name=web', '--format', 'name,subnet')).toBe(
      'web9\t10.2.0.0/24\nweb10\t10.1.0.0/24\n',
    );
    host.attach('--create', '--name', 'one', '--net', 'web9');
    expect(names(host, 'dangling=true')).toEqual(['web10']);
    expect(host.netplumb('network', 'inspect', '-f', 'sandboxes', 'web9')).toBe('one\n');
    const listed = JSON.parse(host.netplumb('network', 'ls', '--json', '-f', 'name=web9'));
    expect(listed).toMatchObject([{ name: 'web9', labels: { team: 'lab' }, endpoints: [{ name: 'one' }] }]);
    host.netplumb('detach', 'one');
    host.netplumb('network', 'rm', ...host.netplumb('network', 'ls', '-q', '-f', 'dangling=true').trim().split('\n'));
    expect(names(host, 'type=custom')).toEqual([]);
    await host.expectNothing();
  });
});

describe('rm', () => {
  test('removes what it can and says of the rest why not', async () => {
    using host = new TestHost();
    host.netplumb('network', 'create', 'web');
    host.netplumb('network', 'create', 'db');
    host.attach('--create', '--name', 'one', '--net', 'web');
    const { status, stdout, stderr } = host.call(['network', 'rm', 'web', 'gone', 'db']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: 'db\n' });
    expect(stderr).toContain('network "web" is still in use by one');
    expect(stderr).toContain('there is no network "gone"');
    expect(host.netplumb('network', 'rm', '--force', 'gone')).toBe('');
    expect(host.call(['network', 'rm', '--force', 'web']).status).toBe(1);
    host.netplumb('detach', 'one');
    expect(JSON.parse(host.netplumb('network', 'rm', '--json', 'web'))).toEqual({ removed: ['web'] });
    await host.expectNothing();
  });
});

describe('prune', () => {
  test('removes what nobody is in, without a question only with --force', async () => {
    using host = new TestHost();
    for (const name of ['web', 'db', 'kept']) {
      host.netplumb('network', 'create', '--label', `name=${name}`, name);
    }
    host.attach('--create', '--name', 'one', '--net', 'web');
    expect(host.call(['network', 'prune'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--force') });
    expect(host.netplumb('network', 'prune', '--force', '--filter', 'until=1h')).toBe('');
    expect(host.netplumb('network', 'prune', '--force', '--filter', 'label!=name=kept')).toBe('db\n');
    expect(JSON.parse(host.netplumb('network', 'prune', '-f', '--json'))).toEqual({ removed: ['kept'] });
    expect(names(host, 'type=custom')).toEqual(['web']);
    host.netplumb('detach', 'one');
    expect(host.netplumb('network', 'prune', '-f')).toBe('web\n');
    await host.expectNothing();
  });

  test('asks at a terminal', async () => {
    using host = new TestHost();
    host.netplumb('network', 'create', 'web');
    const asked = (input: string) => host.call(['network', 'prune'], { through: terminal, input });
    const refused = asked('n\n');
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('Go on? [y/N]');
    expect(names(host, 'type=custom')).toEqual(['web']);
    const done = asked('y\n');
    expect(done.status).toBe(0);
    expect(done.stdout).toContain('web\r\n');
    expect(names(host, 'type=custom')).toEqual([]);
    await host.expectNothing();
  });
});
