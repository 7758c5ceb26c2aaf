import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { runIn } from '../host/lab.js';
import { client, dig, test } from './server-lab.js';

const server = '10.10.0.1';

describe('clients of the name server', () => {
  test('are answered in any of the ways in which they ask', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    await names.service().ensure([network]);
    const [, two] = await names.attach('web', 'one', 'two');
    const address = String(two?.endpoint?.address);
    for (const way of [
      [],
      ['+tcp'],
      ['+bufsize=512'],
      ['+bufsize=65535'],
      ['+noedns'],
      ['+dnssec'],
      ['+tcp', '+keepopen'],
    ]) {
      expect(dig('one', ...way, `@${server}`, 'two')).toEqual([address]);
    }
    expect(runIn('one', 'dig', '+tries=1', `@${server}`, 'two', 'AAAA')).toContain('status: NOERROR');
    await names.host.detachAll(['one', 'two']);
  });

  test('get what does not fit into a datagram over TCP', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    await names.service().ensure([network]);
    const many = Array.from({ length: 100 }, (_, i) => `s${i}`);
    const specs = many.map((name) => ({ name, network: 'web', create: true as const, networkAliases: ['all'] }));
    const attached = await names.host.attachAll(specs);
    const addresses = attached.map((one) => String(one.attached?.endpoint?.address)).sort();
    const cut = runIn('s0', 'dig', '+noall', '+comments', '+ignore', '+noedns', `@${server}`, 'all');
    expect(cut).toMatch(/flags:.* tc/);
    // dig comes back over TCP by itself.
    expect(dig('s0', '+noedns', `@${server}`, 'all').sort()).toEqual(addresses);
    expect(dig('s0', '+tcp', `@${server}`, 'all').sort()).toEqual(addresses);
    await names.host.detachAll(many);
  });

  test('over TCP may send queries at once, byte by byte, and say that they have no more', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    await names.service().ensure([network]);
    await names.attach('web', 'one');
    expect(await client('one', 'pipeline', server, 'one', '1000')).toBe('1000');
    expect(await client('one', 'dribble', server, 'one')).toBe('1');
    expect(await client('one', 'halfclose', server, 'one')).toBe('1');
    await names.host.detach('one');
  });

  test('block nobody with half queries, and are let go after a while', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    await names.service().ensure([network]);
    const [one] = await names.attach('web', 'one', 'two');
    const holding = client('one', 'half', server, '20');
    const connections = () => names.lab.netns.run('ss', '-Htn', 'state', 'established', 'src', `${server}:53`);
    await expect.poll(() => connections().split('\n').filter(Boolean), { timeout: 10_000 }).toHaveLength(16);
    const address = String(one?.endpoint?.address);
    for (let i = 0; i < 5; i++) {
      expect(dig('two', '+tcp', `@${server}`, 'one')).toEqual([address]);
      expect(dig('two', `@${server}`, 'one')).toEqual([address]);
      // Even the one that has all that it may have, as long as it asks as most do.
      expect(dig('one', `@${server}`, 'one')).toEqual([address]);
    }
    // 16 of one source; what was sent on the others, they may not even have been able to.
    const [held, counts = ''] = (await holding).split('\n');
    expect(held).toBe('held');
    const [refused, late, left] = counts.split(' ').map(Number);
    expect(refused).toBeLessThanOrEqual(4);
    expect([late, left]).toEqual([16, 0]);
    expect(connections()).toBe('');
    await names.host.detachAll(['one', 'two']);
  });

  test('make room for others where there are too many', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    await names.service().ensure([network]);
    const holders = Array.from({ length: 17 }, (_, i) => `h${i}`);
    await names.attach('web', 'one', ...holders);
    const holding = holders.map((name) => client(name, 'half', server, '16'));
    const connections = () => names.lab.netns.run('ss', '-Htn', 'state', 'established', 'src', `${server}:53`);
    await expect.poll(() => connections().split('\n').filter(Boolean), { timeout: 10_000 }).toHaveLength(256);
    expect(dig('one', '+tcp', `@${server}`, 'one')).toHaveLength(1);
    const ended = await Promise.all(holding);
    const left = ended.map((text) => Number(text.split(' ').at(-1)));
    expect(left.every((count) => count === 0)).toBe(true);
    await names.host.detachAll(['one', ...holders]);
  });

  test('that never read what they are sent fill nothing but their own connection', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    await names.service().ensure([network]);
    await names.attach('web', 'one', 'two');
    const before = memory(names.running());
    const deaf = Promise.all(Array.from({ length: 8 }, () => client('one', 'deaf', server, 'one')));
    expect(dig('two', '+tcp', `@${server}`, 'one')).toHaveLength(1);
    expect(await deaf).toEqual(Array.from({ length: 8 }, () => 'full\nended'));
    expect(memory(names.running()) - before).toBeLessThan(64 * 1024);
    await names.host.detachAll(['one', 'two']);
  });

  test('that send anything but queries hurt nobody', async ({ names }) => {
    const network = await names.network('web', '10.10.0.0/16');
    await names.service().ensure([network]);
    await names.attach('web', 'one', 'two');
    const pid = names.running();
    expect(await client('one', 'garbage', server, '20000')).toBe('20000');
    expect(dig('two', '+tries=3', `@${server}`, 'one')).toHaveLength(1);
    expect(names.running()).toBe(pid);
    await names.host.detachAll(['one', 'two']);
  });

  test('are those who have an address, and no others', async ({ names }) => {
    const networks = [await names.network('web', '10.10.0.0/16'), await names.network('other', '10.11.0.0/16')];
    await names.service().ensure(networks);
    const [one] = await names.attach('web', 'one');
    await names.attach('other', 'two');
    const address = String(one?.endpoint?.address);
    runIn('one', 'ip', 'address', 'add', '10.10.77.77/16', 'dev', 'eth0');
    expect(await client('one', 'from', address, server, 'one')).toBe('answered');
    expect(await client('one', 'from', '10.10.77.77', server, 'one')).toBe('silence');
    // Whoever asks at another network's address knows no more for it.
    expect(dig('two', '@10.11.0.1', 'one')).toEqual([]);
    await expect(async () => dig('two', `@${server}`, 'one')).rejects.toThrow();
    await names.host.detachAll(['one', 'two']);
  });
});

/** Of a process; kilobytes. */
function memory(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}
