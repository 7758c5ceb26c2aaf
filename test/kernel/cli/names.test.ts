import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Store } from '../../../src/store/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

/** A host with a network whose sandboxes find each other, and one that was made without names. */
function newHost(): TestHost {
  const host = new TestHost();
  host.netplumb('network', 'create', '--subnet', '10.1.0.0/24', 'lab');
  host.netplumb('network', 'create', '--subnet', '10.2.0.0/24', '--disable-dns', 'mute');
  return host;
}

/** What is on record of aliases, as `ALIAS SANDBOX`, and of one sandbox. */
async function recordsOf({ runDir, stateDir }: TestHost, name: string) {
  const store = Store.open(runDir, stateDir);
  try {
    return store.read(({ aliases, names, sandboxes }) => ({
      aliases: [...aliases.getRange({})].map(({ key: [, row] }) => row),
      sandbox: sandboxes.get(names.get(name) ?? ''),
    }));
  } finally {
    await store.close();
  }
}

async function expectNothing(host: TestHost): Promise<void> {
  expect(await recordsOf(host, 'web')).toEqual({ aliases: [], sandbox: undefined });
  host.netplumb('network', 'rm', 'lab', 'mute');
  await host.expectNothing();
}

describe('names of a sandbox', () => {
  test('are on record as long as it is there', async () => {
    using host = newHost();
    const hosts = ['--add-host', 'db:192.0.2.7', '--add-host=gate=host-gateway'];
    const resolver = ['--dns', '192.0.2.1', '--dns=FD00::53', '--dns-search', 'lan', '--dns-opt', 'ndots:2'];
    const own = [
      '--net-alias',
      'Cache',
      '--network-alias=redis',
      '-e',
      'A=1',
      '-e',
      'NETPLUMB_RUN_DIR',
      '-e',
      'NO_SUCH',
    ];
    const { sandbox: id, endpoint } = host.attach('--create', '--name=web', '--net=lab', ...hosts, ...resolver, ...own);
    expect(endpoint?.aliases).toEqual(['cache', 'redis']);
    const { aliases, sandbox } = await recordsOf(host, 'web');
    expect(aliases).toEqual([`cache ${id}`, `redis ${id}`]);
    expect(sandbox).toMatchObject({
      naming: {
        servers: ['192.0.2.1', 'fd00::53'],
        search: ['lan'],
        options: ['ndots:2'],
        hosts: [
          { name: 'db', address: '192.0.2.7' },
          { name: 'gate', address: 'host-gateway' },
        ],
      },
      env: ['A=1', `NETPLUMB_RUN_DIR=${host.runDir}`],
      files: true,
    });
    expect(host.netplumb('inspect', 'web')).toMatch(/^Aliases: +cache, redis$/m);
    const [{ Netplumb }] = JSON.parse(host.netplumb('network', 'inspect', '--verbose', 'lab'));
    expect(Netplumb.Endpoints[id].Aliases).toEqual(['cache', 'redis']);
    host.netplumb('detach', 'web');
    await expectNothing(host);
  });

  test('of which nothing was said are not on record', async () => {
    using host = newHost();
    host.attach('--create', '--name=web', '--net=lab');
    const { aliases, sandbox } = await recordsOf(host, 'web');
    expect(aliases).toEqual([]);
    expect(Object.keys(sandbox ?? {})).not.toEqual(expect.arrayContaining(['naming']));
    expect(Object.keys(sandbox ?? {})).not.toEqual(expect.arrayContaining(['env']));
    expect(sandbox?.endpoints[0]).not.toHaveProperty('aliases');
    host.netplumb('detach', 'web');
    await expectNothing(host);
  });

  test('in a further network come and go with the endpoint there', async () => {
    using host = newHost();
    const { sandbox: id } = host.attach('--create', '--name=web');
    const connect = ['network', 'connect', '--json', '--alias', 'cache', '--alias=Redis.shop', 'lab', 'web'];
    expect(JSON.parse(host.netplumb(...connect))).toMatchObject({ aliases: ['cache', 'redis.shop'] });
    expect((await recordsOf(host, 'web')).aliases).toEqual([`cache ${id}`, `redis.shop ${id}`]);
    host.netplumb('network', 'disconnect', 'lab', 'web');
    expect((await recordsOf(host, 'web')).aliases).toEqual([]);
    host.netplumb(...connect);
    host.netplumb('detach', 'web');
    expect((await recordsOf(host, 'web')).aliases).toEqual([]);
    host.netplumb('network', 'rm', 'lab', 'mute');
    await host.expectNothing('netplumb0');
  });

  test('of one that could not be made are not left', async () => {
    using host = newHost();
    using netns = new TestNetns();
    // Where its first interface would be.
    netns.run('ip', 'link', 'add', 'eth0', 'type', 'bridge');
    const args = ['attach', `--netns=${netns.path}`, '--name=web', '--net=lab', '--network-alias=cache'];
    const refused = host.call(['--json', ...args]);
    expect(JSON.parse(refused.stderr).error.code).toBe('EIFINUSE');
    netns.remove();
    await expectNothing(host);
  });
});

describe('are refused with nothing made:', () => {
  let host: TestHost;
  beforeAll(() => {
    host = newHost();
    host.netns.run('ip', 'link', 'add', 'eth9', 'type', 'veth', 'peer', 'eth8');
    host.netplumb('network', 'create', '-d', 'macvlan', '-o', 'parent=eth9', '--subnet', '10.3.0.0/24', 'lan');
  });
  afterAll(() => host[Symbol.dispose]());

  const create = ['attach', '--create', '--name=web'];

  test.each([
    ['an alias in the default network', [...create, '--network-alias=db'], 'network bridge'],
    ['an alias among macvlans', [...create, '--net=lan', '--network-alias=db'], 'network lan'],
    ['an alias in a network without names', [...create, '--net=mute', '--network-alias=db'], 'network mute'],
    ['an alias without a network', [...create, '--net=none', '--network-alias=db'], 'no endpoint'],
    ['an alias in the namespace of the host', ['run', '--net=host', '--network-alias=db', 'true'], 'no endpoint'],
    ['an alias with a space', [...create, '--net=lab', '--network-alias=a b'], '"a b"'],
    ['an alias with a line break', [...create, '--net=lab', '--network-alias=a\nb'], '"a\\nb"'],
    ['an alias with a label that is too long', [...create, '--net=lab', `--network-alias=${'x'.repeat(64)}`], '63'],
    ['a name server that is none', [...create, '--dns=dns.example'], '"dns.example"'],
    ['a name server with a line break', [...create, '--dns=192.0.2.1\nsearch evil'], '\\nsearch evil'],
    ['four name servers', [...create, ...[1, 2, 3, 4].map((n) => `--dns=192.0.2.${n}`)], 'heed 3'],
    ['a domain with a comma', [...create, '--dns-search=a,b'], '"a,b"'],
    ['seven domains', [...create, ...[...'abcdefg'].map((domain) => `--dns-search=${domain}`)], 'heed 6'],
    ['an option with a line break', [...create, '--dns-option=ndots:1\nnameserver 192.0.2.9'], '\\nnameserver'],
    ['a host without an address', [...create, '--add-host=db'], 'NAME:ADDRESS'],
    ['a host with an address that is none', [...create, '--add-host=db:192.0.2'], 'neither an IP address'],
    ['a host with a line break', [...create, '--add-host=db:192.0.2.7\n192.0.2.8 evil'], '\\n192.0.2.8'],
    ['a variable that no shell could name', [...create, '-e', 'A-B=1'], 'made of letters'],
    ['name servers of a shared sandbox', ['run', '--net=container:web', '--dns=192.0.2.1', 'true'], 'it shares'],
    ['hosts of a shared sandbox', ['run', '--net=container:web', '--add-host=db:192.0.2.7', 'true'], 'it shares'],
  ])('%s', async (_, args, part) => {
    const before = host.links();
    const { status, stdout, stderr } = host.call(['--json', ...args]);
    expect({ status, stdout }).toEqual({ status: args[0] === 'run' ? 125 : 2, stdout: '' });
    const { code, message } = JSON.parse(stderr).error;
    expect({ code, message }).toEqual({ code: 'EBADOPTION', message: expect.stringContaining(part) });
    expect(await recordsOf(host, 'web')).toEqual({ aliases: [], sandbox: undefined });
    expect(host.links().filter((name) => !before.includes(name) && !/^(netplumb0|br-|dm-)/.test(name))).toEqual([]);
  });

  test('a network without names that asks for them', () => {
    const { status } = host.call(['network', 'create', '--disable-dns', '-o', 'netplumb.dns=true', 'new']);
    expect(status).toBe(2);
    expect(host.call(['network', 'create', '-o', 'netplumb.dns=maybe', 'new']).status).toBe(2);
    expect(host.netplumb('network', 'ls', '-f', 'type=custom', '--format', 'name')).toBe('lab\nlan\nmute\n');
  });
});

test('a network that is made without names says so', () => {
  using host = newHost();
  const [{ Options }] = JSON.parse(host.netplumb('network', 'inspect', 'mute'));
  expect(Options).toEqual({ 'netplumb.dns': 'false' });
});
