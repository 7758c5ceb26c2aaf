import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { dig, test } from './server-lab.js';

describe('the name server', () => {
  test('is there when it is first needed, and ends after the last sandbox', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    const service = names.service();
    expect(names.isSure(service, network)).toBe(false);
    expect(names.servers()).toEqual([]);
    await service.ensure([network]);
    expect(names.isSure(service, network)).toBe(true);
    const pid = names.running();
    const [one, two] = await names.attach('web', 'one', 'two');
    expect(dig('one', '@10.10.0.1', 'two')).toEqual([two?.endpoint?.address]);
    expect(dig('two', '+tcp', '@10.10.0.1', 'one.web')).toEqual([one?.endpoint?.address]);
    expect(dig('two', '@10.10.0.1', '-x', String(one?.endpoint?.address))).toEqual(['one.web.']);
    await names.host.detach('one');
    expect(dig('two', '@10.10.0.1', 'one')).toEqual([]);
    expect(names.running()).toBe(pid);
    await names.host.detach('two');
    await names.expectNone();
    expect(names.isSure(service, network)).toBe(false);
  });

  test('is one, however many need it at once', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    const services = Array.from({ length: 8 }, () => names.service());
    const seen = new Set<number>();
    const watching = setInterval(() => {
      for (const pid of names.servers().filter((one) => isServer(one))) {
        seen.add(pid);
      }
    }, 5);
    await Promise.all(services.map((service) => service.ensure([network])));
    clearInterval(watching);
    expect([...seen, names.running()]).toEqual([names.running(), names.running()]);
    expect(services.every((service) => names.isSure(service, network))).toBe(true);
  });

  test('answers who comes at the very moment at which it ends', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    const other = names.service();
    const pids = new Set<number>();
    for (let i = 0; i < 5; i++) {
      const [one] = await names.attach('web', 'one');
      pids.add(names.running());
      expect(dig('one', '@10.10.0.1', 'one')).toEqual([one?.endpoint?.address]);
      await names.host.detach('one');
      while (names.store.read(({ counters }) => counters.get('names')) !== undefined) {
        await new Promise(setImmediate);
      }
      // Off the record, and perhaps still there: nobody may rely on it.
      expect(names.isSure(other, network)).toBe(false);
      if (i % 2 === 0) {
        await other.ensure([network]);
        expect(names.isSure(other, network)).toBe(true);
      }
    }
    expect(pids.size).toBeGreaterThan(1);
  });

  test('is not needed by networks without names', async ({ names }) => {
    const service = names.service();
    await names.attach('bridge', 'one');
    const record = names.store.read(({ networks, networkNames }) => networks.get(networkNames.get('bridge') ?? ''));
    expect(record).toBeDefined();
    if (record) {
      await service.ensure([record]);
      expect(names.isSure(service, record)).toBe(true);
    }
    expect(names.servers()).toEqual([]);
    expect(readdirSync(names.lab.runDir).filter((name) => name.startsWith('names'))).toEqual([]);
    await names.host.detach('one');
  });

  test('comes back when it is killed, while somebody lives who has needed it', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    const service = names.service();
    await service.ensure([network]);
    const [one] = await names.attach('web', 'one');
    await names.reopen(async () => undefined);
    for (let i = 0; i < 3; i++) {
      const pid = names.running();
      process.kill(pid, 'SIGKILL');
      await expect
        .poll(() => names.servers().filter((other) => other !== pid && isServer(other)), { timeout: 20_000 })
        .toHaveLength(1);
      // It serves what is on record before anybody can ask it for more.
      await service.ensure([network]);
      expect(dig('one', '@10.10.0.1', 'one')).toEqual([one?.endpoint?.address]);
    }
    await names.host.detach('one');
  });

  test('comes back with the next who needs it when nobody lived who would have noticed', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    const first = names.service();
    await first.ensure([network]);
    const [one] = await names.attach('web', 'one');
    await first.close();
    const pid = names.running();
    await names.reopen(async () => {
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => names.servers(), { timeout: 5000 }).toEqual([]);
      const second = names.service();
      expect(names.isSure(second, network)).toBe(false);
      await second.ensure([network]);
      expect(names.running()).not.toBe(pid);
      expect(dig('one', '@10.10.0.1', 'one')).toEqual([one?.endpoint?.address]);
    });
    await names.host.detach('one');
  });

  test('leaves nothing when it is told to end', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    const service = names.service();
    await service.ensure([network]);
    await names.attach('web', 'one');
    await service.close();
    await names.reopen(async () => {
      process.kill(names.running(), 'SIGTERM');
      await names.expectNone();
    });
    await names.host.detach('one');
  });

  test('ends when the run directory goes, and its lock with it', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    const service = names.service();
    await service.ensure([network]);
    await names.attach('web', 'one');
    await service.close();
    const pid = names.running();
    await names.reopen(async () => {
      rmSync(join(names.lab.runDir, 'names.lock'));
      await expect.poll(() => isServer(pid), { timeout: 10_000 }).toBe(false);
    });
    await names.host.detach('one');
  });

  test('is a process of its own: nothing of who has started it', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    await names.service().ensure([network]);
    const pid = names.running();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    const [, , group, session, terminal] = stat;
    expect([group, session, terminal]).toEqual([String(pid), String(pid), '0']);
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean)).toEqual([
      `PATH=${process.env.PATH}`,
    ]);
    expect(statSync(`/proc/${pid}/ns/net`).ino).toBe(statSync(names.lab.netns.path).ino);
    const own = ['/dev/null', 'anon_inode', 'pipe', 'socket', names.lab.runDir];
    const descriptors = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    expect(descriptors.filter((path) => !own.some((start) => path.startsWith(start)))).toEqual([]);
    // Pipes and sockets that this process has, too, were inherited.
    const ours = readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`));
    expect(descriptors.filter((path) => /^(pipe|socket)/.test(path) && ours.includes(path))).toEqual([]);
  });

  test('says which program has port 53, and nothing is left of the attempt', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    const args = [
      '--no-daemon',
      '--no-resolv',
      '--listen-address=10.10.0.1',
      '--bind-interfaces',
      '--conf-file=/dev/null',
    ];
    const other = spawn('ip', ['netns', 'exec', names.lab.netns.name, 'dnsmasq', ...args, '--pid-file', '--user=root']);
    try {
      await expect.poll(() => names.lab.netns.run('ss', '-lnuH')).toContain('10.10.0.1:53');
      const service = names.service();
      const error = await service.ensure([network]).catch((refusal: unknown) => refusal);
      const message = `network "web" has no name server: dnsmasq (pid ${other.pid}) has port 10.10.0.1:53 already`;
      expect(error).toEqual(expect.objectContaining({ code: 'ENAMESERVER', message }));
      const cause = { code: 'EADDRINUSE', operation: 'bind', object: '10.10.0.1:53/udp' };
      expect((error as Error).cause).toEqual(expect.objectContaining(cause));
      expect(names.isSure(service, network)).toBe(false);
      await names.expectNone();
      // Another network is none of its business.
      const free = await names.network('free', '10.11.0.0/16');
      await service.ensure([free]);
      expect(names.isSure(service, free)).toBe(true);
    } finally {
      other.kill('SIGKILL');
    }
  });

  test('says why it cannot be started, and starts when it can', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    const service = names.service({ netns: '/run/netns/none-of-this-name' });
    const error = await service.ensure([network]).catch((refusal: unknown) => refusal);
    const message = expect.stringMatching(/^network "web" has no name server: .*ENOENT/);
    expect(error).toEqual(expect.objectContaining({ code: 'ENAMESERVER', message }));
    expect(names.servers()).toEqual([]);
    await names.service().ensure([network]);
    // Who was refused finds it now, too.
    await service.ensure([network]);
    expect(names.isSure(service, network)).toBe(true);
  });

  test('serves a network that has the addresses of one that was removed', async ({ names }) => {
    const service = names.service();
    for (const name of ['first', 'second']) {
      const network = await names.network(name, '10.10.0.0/16');
      await service.ensure([network]);
      const [one] = await names.attach(name, 'one');
      expect(dig('one', '@10.10.0.1', `one.${name}`)).toEqual([one?.endpoint?.address]);
      await names.host.detach('one');
      await names.host.networks.remove(name);
    }
  });

  test('answers over IPv6', async ({ names }) => {
    const { id } = await names.host.networks.create({
      name: 'web',
      subnet: ['10.10.0.0/16', 'fd00:10::/64'],
      ipv6: true,
    });
    const network = names.store.read(({ networks }) => networks.get(id));
    const service = names.service();
    await service.ensure(network ? [network] : []);
    const [one, two] = await names.attach('web', 'one', 'two');
    expect(dig('one', '@fd00:10::1', 'two', 'AAAA')).toEqual([two?.endpoint?.address6]);
    expect(dig('one', '+tcp', '@fd00:10::1', 'one', 'A')).toEqual([one?.endpoint?.address]);
    await names.host.detachAll(['one', 'two']);
  });
});

/** It has become another program than the one that was forked. */
function isServer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'netplumb-names\n';
  } catch {
    return false;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
