import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { Attached, AttachSpec, Host, HostOptions, NetworkSpec } from '../../../src/index.js';
import { run } from '../../../src/index.js';
import { endpointOf, type Lab, runIn, test } from '../host/lab.js';
import { Asker } from './asker.js';
import { dig, runInside, serveNames, serveText } from './clients.js';

const gateway = '10.1.0.1';
const upstream = '198.51.100.53';
const web = { name: 'web', subnet: '10.1.0.0/24' };

/** A host with a network `web`, 10.1.0.0/24, and an address for a name server that knows other names. */
async function make(lab: Lab, spec: Partial<NetworkSpec> = {}, options: HostOptions = {}): Promise<Host> {
  lab.netns.run('ip', 'address', 'add', `${upstream}/32`, 'dev', 'lo');
  const host = await lab.open({ dns: [upstream], ...options });
  await host.networks.create({ ...web, ...spec });
  return host;
}

function attach(host: Host, name: string, spec: Partial<AttachSpec> = {}): Promise<Attached> {
  return host.attach({ create: true, name, network: 'web', files: true, ...spec });
}

const addressesOf = (...all: readonly Attached[]) => all.map((one) => endpointOf(one).address);

const end = async (host: Host) => {
  await host.detachAll(host.sandboxes().map(({ id }) => id));
  await host.networks.prune();
};

describe('a sandbox on a user-defined network', () => {
  test('is found by its name in any case, with or without the network, by its short id, and backwards', async ({
    lab,
  }) => {
    const host = await make(lab);
    await attach(host, 'a1');
    const db = await attach(host, 'Db.main');
    const [address = ''] = addressesOf(db);
    const found = { status: 'NOERROR', data: [address] };
    for (const name of ['Db.main', 'db.main', 'DB.MAIN.', 'db.main.web', 'Db.Main.WEB.', db.sandbox.slice(0, 12)]) {
      expect(dig('a1', gateway, name), name).toEqual(found);
      expect(dig('a1', gateway, name, '+tcp'), name).toEqual(found);
    }
    for (const options of [[], ['+tcp'], ['+noedns']]) {
      expect(dig('a1', gateway, '-x', address, ...options)).toEqual({ status: 'NOERROR', data: ['Db.main.web.'] });
      expect(dig('a1', gateway, 'db.main', ...options)).toEqual(found);
    }
    // It is there, and has none.
    expect(dig('a1', gateway, 'db.main', 'AAAA')).toEqual({ status: 'NOERROR', data: [] });
    expect(dig('a1', gateway, 'db.main', 'MX')).toEqual({ status: 'NOERROR', data: [] });
    await end(host);
  });

  test("is found by the resolvers of glibc, busybox, ping and curl, with the sandbox's own files", async ({ lab }) => {
    const host = await make(lab);
    const a1 = await attach(host, 'a1');
    const [address = ''] = addressesOf(await attach(host, 'db'));
    await using _server = await serveText('db', 'hello from db');
    expect(runInside(a1, 'getent', 'hosts', 'db')).toMatch(new RegExp(`^${address} +db\n$`));
    expect(runInside(a1, 'getent', 'ahostsv4', 'db.web')).toMatch(new RegExp(`^${address} +STREAM db.web\n`));
    expect(runInside(a1, 'getent', 'hosts', address)).toMatch(new RegExp(`^${address} +db.web\n$`));
    expect(runInside(a1, 'busybox', 'nslookup', '-type=a', 'db')).toMatch(
      new RegExp(`^Server:\\s+${gateway}\n[^]*Name:\\s+db\nAddress: ${address}\n`),
    );
    expect(runInside(a1, 'busybox', 'ping', '-c', '1', '-W', '2', 'db')).toContain(`PING db (${address})`);
    expect(runInside(a1, 'ping', '-c', '1', '-W', '2', 'db')).toContain(`from db.web (${address})`);
    expect(runInside(a1, 'curl', '--silent', '--show-error', 'http://db/')).toBe('hello from db');
    expect(runInside(a1, 'curl', '--silent', '--show-error', 'http://db.web:80/')).toBe('hello from db');
    await end(host);
  });

  test('is found by the resolver of musl', async ({ lab }) => {
    const program = join(lab.directory, 'resolve');
    const source = fileURLToPath(new URL('resolve.c', import.meta.url));
    execFileSync('musl-gcc', ['-static', '-o', program, source]);
    const host = await make(lab, { subnet: [web.subnet, 'fd00:1::/64'], ipv6: true });
    const a1 = await attach(host, 'a1');
    const { address, address6 } = endpointOf(await attach(host, 'db', { networkAliases: ['service'] }));
    for (const name of ['db', 'DB.web', 'service']) {
      expect(runInside(a1, program, name).trim().split('\n').sort(), name).toEqual([address, address6]);
    }
    expect(() => runInside(a1, program, 'nobody.web')).toThrow(/Command failed/);
    await end(host);
  });

  test('is found by a command that runs in another', async ({ lab }) => {
    const host = await make(lab);
    const [address = ''] = addressesOf(await attach(host, 'db'));
    const output = join(lab.directory, 'output');
    const command = ['sh', '-c', `getent hosts db >${output}`];
    expect(await run(host, { name: 'a1', network: 'web' }, command)).toEqual({ status: 0 });
    expect(readFileSync(output, 'utf8')).toMatch(new RegExp(`^${address} +db\n$`));
    await end(host);
  });

  test('is found by IPv6 as well where the network has both, and asked for over either', async ({ lab }) => {
    const host = await make(lab, { ipv6: true, subnet: ['10.1.0.0/24', 'fd00:1::/64'] });
    const a1 = await attach(host, 'a1');
    const { address, address6 = '' } = endpointOf(await attach(host, 'db'));
    for (const server of [gateway, 'fd00:1::1']) {
      for (const transport of ['+notcp', '+tcp']) {
        const ask = (...question: string[]) => dig('a1', server, ...question, transport);
        expect(ask('db', 'A')).toEqual({ status: 'NOERROR', data: [address] });
        expect(ask('db', 'AAAA')).toEqual({ status: 'NOERROR', data: [address6] });
        expect(ask('-x', address)).toEqual({ status: 'NOERROR', data: ['db.web.'] });
        expect(ask('-x', address6)).toEqual({ status: 'NOERROR', data: ['db.web.'] });
      }
    }
    expect(runInside(a1, 'getent', 'ahostsv6', 'db')).toMatch(new RegExp(`^${address6} +STREAM db\n`));
    expect(runInside(a1, 'ping', '-6', '-c', '1', '-W', '2', 'db')).toContain(`(${address6})`);
    await end(host);
  });

  test('is found where sandboxes may not talk to each other, where nothing leads out, and behind links of their own', async ({
    lab,
  }) => {
    const host = await make(lab, { options: { 'com.docker.network.bridge.enable_icc': 'false' } });
    await host.networks.create({ name: 'inner', subnet: '10.2.0.0/24', internal: true });
    await host.networks.create({ name: 'far', subnet: '10.3.0.0/24', driver: 'ptp' });
    for (const network of ['web', 'inner', 'far']) {
      const asking = await attach(host, `${network}-1`, { network });
      const [address = ''] = addressesOf(await attach(host, `${network}-2`, { network }));
      const text = runInside(asking, 'getent', 'hosts', `${network}-2`);
      expect(text).toMatch(new RegExp(`^${address} +${network}-2\n$`));
    }
    await end(host);
  });

  test('has aliases in a network; of several who have the same, each is told first in turn', async ({ lab }) => {
    const host = await make(lab, { internal: true });
    await host.networks.create({ name: 'api', subnet: '10.2.0.0/24', internal: true });
    const a1 = await attach(host, 'a1');
    const all = await Promise.all(
      ['b1', 'b2', 'b3'].map((name) => attach(host, name, { networkAliases: ['Back', `only-${name}`] })),
    );
    const addresses = addressesOf(...all).sort();
    await using asker = await Asker.start('a1');
    const firsts = new Map<string, number>();
    for (let i = 0; i < 9; i++) {
      const { data = [] } = await asker.ask(gateway, i % 2 === 0 ? 'back' : 'BACK.web');
      expect([...data].sort()).toEqual(addresses);
      firsts.set(data[0] ?? '', (firsts.get(data[0] ?? '') ?? 0) + 1);
    }
    expect([...firsts].sort()).toEqual(addresses.map((address) => [address, 3]));
    expect(await asker.ask(gateway, 'only-b2')).toEqual({ code: 'NOERROR', data: addressesOf(all[1] as Attached) });
    expect(runInside(a1, 'getent', 'ahostsv4', 'back').match(/STREAM/g)).toHaveLength(3);
    // An alias is of one network.
    await host.networks.connect('api', 'b1', { networkAliases: ['front'] });
    expect(await asker.ask(gateway, 'front')).toEqual({ code: 'NXDOMAIN', data: [] });
    const connected = await host.networks.connect('api', 'a1');
    const [, front] = host.inspect('b1').endpoints;
    expect(connected.network).toBe(front?.network);
    expect(await asker.ask(gateway, 'front')).toEqual({ code: 'NOERROR', data: [front?.address] });
    expect(await asker.ask('10.2.0.1', 'front.api')).toEqual({ code: 'NOERROR', data: [front?.address] });
    await host.networks.disconnect('api', 'b1');
    expect(await asker.ask(gateway, 'front')).toEqual({ code: 'NXDOMAIN', data: [] });
    await end(host);
  });

  test('is found by the alias of a link, but only by who has the link', async ({ lab }) => {
    const host = await make(lab, { internal: true });
    const db = await attach(host, 'db');
    await attach(host, 'a1', { links: ['db:Database'] });
    await attach(host, 'a2');
    expect(dig('a1', gateway, 'database')).toEqual({ status: 'NOERROR', data: addressesOf(db) });
    expect(dig('a2', gateway, 'database')).toEqual({ status: 'NXDOMAIN', data: [] });
    await end(host);
  });
});

describe('a name that no sandbox has', () => {
  const long = Array.from({ length: 12 }, (_, i) => `${i}${'x'.repeat(200)}`);
  const records = [
    '--host-record=www.outside.example,192.0.2.80,2001:db8::80',
    `--txt-record=long.outside.example,${long.join(',')}`,
  ];

  test("is asked for elsewhere, from the host's namespace, and the answer passed on as it is", async ({ lab }) => {
    const host = await make(lab);
    await using _upstream = await serveNames(lab.netns.name, upstream, ...records);
    const a1 = await attach(host, 'a1');
    for (const options of [[], ['+tcp'], ['+noedns']]) {
      expect(dig('a1', gateway, 'www.outside.example', ...options)).toEqual({
        status: 'NOERROR',
        data: ['192.0.2.80'],
      });
      expect(dig('a1', gateway, 'www.outside.example', 'AAAA', ...options)).toMatchObject({ data: ['2001:db8::80'] });
      expect(dig('a1', gateway, 'nobody.outside.example', ...options)).toEqual({ status: 'NXDOMAIN', data: [] });
    }
    // Too long for UDP: dig is told so, and asks again over TCP.
    expect(dig('a1', gateway, 'long.outside.example', 'TXT')).toEqual({
      status: 'NOERROR',
      data: [long.map((text) => `"${text}"`).join(' ')],
    });
    expect(runInside(a1, 'getent', 'ahostsv4', 'www.outside.example')).toMatch(/^192\.0\.2\.80 +STREAM/);
    await end(host);
  });

  test("is asked of the sandbox's own servers, if it has some", async ({ lab }) => {
    const host = await make(lab);
    lab.netns.run('ip', 'address', 'add', '198.51.100.54/32', 'dev', 'lo');
    await using _others = await serveNames(lab.netns.name, upstream, '--host-record=which.example,192.0.2.1');
    await using _own = await serveNames(lab.netns.name, '198.51.100.54', '--host-record=which.example,192.0.2.2');
    await attach(host, 'a1');
    await attach(host, 'a2', { dns: ['198.51.100.54'] });
    expect(dig('a1', gateway, 'which.example')).toEqual({ status: 'NOERROR', data: ['192.0.2.1'] });
    expect(dig('a2', gateway, 'which.example')).toEqual({ status: 'NOERROR', data: ['192.0.2.2'] });
    await end(host);
  });

  test('does not exist for sandboxes all of whose networks are internal', async ({ lab }) => {
    const host = await make(lab, { internal: true });
    await host.networks.create({ name: 'open', subnet: '10.2.0.0/24' });
    await using _upstream = await serveNames(lab.netns.name, upstream, ...records);
    await attach(host, 'a1');
    expect(dig('a1', gateway, 'a1')).toMatchObject({ status: 'NOERROR' });
    expect(dig('a1', gateway, 'www.outside.example')).toEqual({ status: 'NXDOMAIN', data: [] });
    expect(dig('a1', gateway, '-x', '192.0.2.80', '+tcp')).toEqual({ status: 'NXDOMAIN', data: [] });
    await host.networks.connect('open', 'a1');
    expect(dig('a1', gateway, 'www.outside.example')).toEqual({ status: 'NOERROR', data: ['192.0.2.80'] });
    await end(host);
  });
});

describe('names of a network are nobody else’s to know', () => {
  test('those who are not on it are told that there are none; those on two know both', async ({ lab }) => {
    const host = await make(lab);
    await host.networks.create({ name: 'api', subnet: '10.2.0.0/24' });
    await using _upstream = await serveNames(lab.netns.name, upstream);
    const web1 = await attach(host, 'web1', { networkAliases: ['front'] });
    await attach(host, 'api1', { network: 'api' });
    await host.attach({ create: true, name: 'plain' });
    const none = { status: 'NXDOMAIN', data: [] };
    const secrets = ['web1', 'web1.web', 'front', web1.sandbox.slice(0, 12)];
    const [address = ''] = addressesOf(web1);
    for (const name of secrets) {
      expect(dig('api1', '10.2.0.1', name), name).toEqual(none);
    }
    expect(dig('api1', '10.2.0.1', '-x', address)).toEqual(none);
    // Those of the default network have no names.
    expect(dig('web1', gateway, 'plain')).toEqual(none);
    await host.networks.connect('web', 'api1');
    for (const server of ['10.2.0.1', gateway]) {
      for (const name of secrets) {
        expect(dig('api1', server, name), name).toEqual({ status: 'NOERROR', data: [address] });
      }
      expect(dig('api1', server, 'api1.api')).toEqual({ status: 'NOERROR', data: ['10.2.0.2'] });
    }
    // Nor do those who were there before know more than they did.
    expect(dig('web1', gateway, 'api1.api')).toEqual(none);
    await host.networks.disconnect('web', 'api1');
    expect(dig('api1', '10.2.0.1', 'web1')).toEqual(none);
    await end(host);
  });

  test.for(['nftables', 'iptables', 'none'] as const)(
    'strangers get no answer at all (firewall: %s)',
    async (firewall, { lab }) => {
      const host = await make(lab, {}, { firewall });
      await host.networks.create({ name: 'api', subnet: '10.2.0.0/24' });
      await attach(host, 'a1');
      await attach(host, 'b1', { network: 'api' });
      // One of the network's addresses that nobody was given.
      runIn('a1', 'ip', 'address', 'add', '10.1.0.99/24', 'dev', 'eth0');
      await using sandbox = await Asker.start('a1');
      await using other = await Asker.start('b1');
      await using outside = await Asker.start(lab.netns.name);
      await sandbox.send('10.1.0.99', gateway, 'a1');
      await other.send('10.2.0.2', gateway, 'a1');
      await outside.send(upstream, gateway, 'a1');
      // The server takes what comes one after the other: who asks later is answered when the strangers would have been.
      await sandbox.send('10.1.0.2', gateway, 'a1');
      await other.send('10.2.0.2', '10.2.0.1', 'b1');
      await outside.send(gateway, gateway, 'a1');
      for (const asker of [sandbox, other, outside]) {
        expect((await asker.ask(...whereToAsk(asker))).code).toBe('NOERROR');
        expect(await asker.received()).toBe(1);
      }
      await end(host);

      function whereToAsk(asker: Asker): [string, string] {
        return asker === other ? ['10.2.0.1', 'b1'] : [gateway, 'a1'];
      }
    },
  );
});
