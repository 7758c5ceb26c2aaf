import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Connection } from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';

expectNothingLeft();

const trackProgram = fileURLToPath(new URL('track.py', import.meta.url));

/** A host with an address of its own, 192.0.2.1, beside others on its segment, that tracks connections. */
function machine(rules = ''): TestNetns {
  const netns = new TestNetns();
  netns.run('ip', 'link', 'set', 'lo', 'up');
  netns.run('ip', 'link', 'add', 'lan', 'type', 'bridge');
  netns.run('ip', 'address', 'add', '192.0.2.1/24', 'dev', 'lan');
  netns.run('ip', 'address', 'add', '2001:db8::1/64', 'nodad', 'dev', 'lan');
  netns.run('ip', 'link', 'set', 'lan', 'up');
  netns.run('ip', 'neighbour', 'add', '192.0.2.9', 'lladdr', '02:00:00:00:00:09', 'dev', 'lan');
  netns.run(
    'nft',
    `table inet t {
       chain track { type filter hook output priority 0; ct state invalid drop; }
       chain translate { type nat hook output priority -100; ${rules}
       }
     }`,
  );
  return netns;
}

/** Connections that are tracked: `udp 192.0.2.1:5353`, where they were begun to, sorted. */
function tracked(netns: TestNetns): string[] {
  const lines = netns.run('cat', '/proc/net/nf_conntrack').split('\n');
  // The kernel's own talk with its neighbours, which has no ports, is left out.
  const begun = lines.map((line) => / (tcp|udp) .*? dst=(\S+) sport=\d+ dport=(\d+)/.exec(line));
  return begun.flatMap((match) => (match ? [`${match[1]} ${match[2]}:${match[3]}`] : [])).sort();
}

/** Has packets sent; each one `PROTOCOL,ADDRESS,PORT`. */
function send(netns: TestNetns, ...packets: string[]): void {
  netns.run('python3', trackProgram, 'send', ...packets);
}

const [v4, v6] = ['0000:0000:0000:0000:0000:0000:0000:0001', '2001:0db8:0000:0000:0000:0000:0000:0001'];

test('connections to a port of the host are forgotten, whatever its address; others to that port are not', async () => {
  using netns = machine();
  await using connection = await Connection.open({ name: netns.name });
  send(
    netns,
    ...['udp,192.0.2.1,5353', 'udp,127.0.0.3,5353', 'udp,::1,5353', 'udp,2001:db8::1,5353'],
    ...['udp,192.0.2.9,5353', 'tcp,192.0.2.1,5353', 'udp,192.0.2.1,5354'],
  );
  expect(tracked(netns)).toHaveLength(7);
  expect(await connection.flushConnections({ ports: [{ protocol: 'udp', port: 5353 }], addresses: [] })).toBe(4);
  expect(tracked(netns)).toEqual(['tcp 192.0.2.1:5353', 'udp 192.0.2.1:5354', 'udp 192.0.2.9:5353']);
});

test('a port of one address, or of all of one family', async () => {
  using netns = machine();
  await using connection = await Connection.open({ name: netns.name });
  send(netns, 'udp,192.0.2.1,53', 'udp,127.0.0.1,53', 'udp,::1,53', 'udp,2001:db8::1,53', 'tcp,127.0.0.1,53');
  const flush = (...ports: { protocol: 'tcp' | 'udp'; address: string; port: number }[]) =>
    connection.flushConnections({ ports, addresses: [] });
  expect(await flush({ protocol: 'udp', address: '192.0.2.1', port: 53 })).toBe(1);
  expect(tracked(netns)).toEqual(['tcp 127.0.0.1:53', 'udp 127.0.0.1:53', `udp ${v4}:53`, `udp ${v6}:53`].sort());
  expect(await flush({ protocol: 'udp', address: '::', port: 53 }, { protocol: 'tcp', address: '::', port: 53 })).toBe(
    2,
  );
  expect(tracked(netns)).toEqual(['tcp 127.0.0.1:53', 'udp 127.0.0.1:53']);
  expect(await flush({ protocol: 'tcp', address: '0.0.0.0', port: 53 })).toBe(1);
  expect(tracked(netns)).toEqual(['udp 127.0.0.1:53']);
});

test('connections of an address are forgotten on either side of its translation', async () => {
  using netns = machine('udp dport 8053 dnat ip to 192.0.2.9:53');
  await using connection = await Connection.open({ name: netns.name });
  send(netns, 'udp,192.0.2.1,8053', 'udp,192.0.2.9,7', 'udp,192.0.2.1,7', 'udp,127.0.0.1,7');
  expect(tracked(netns)).toHaveLength(4);
  expect(await connection.flushConnections({ ports: [], addresses: ['192.0.2.9', '2001:db8::9'] })).toBe(2);
  expect(tracked(netns)).toEqual(['udp 127.0.0.1:7', 'udp 192.0.2.1:7']);
  expect(await connection.flushConnections({ ports: [], addresses: ['127.0.0.1'] })).toBe(1);
  expect(tracked(netns)).toEqual(['udp 192.0.2.1:7']);
});

test('a client that goes on sending reaches the new place after the flush, and not before', async () => {
  using netns = machine();
  await using connection = await Connection.open({ name: netns.name });
  const child = spawn('ip', ['netns', 'exec', netns.name, 'python3', trackProgram, 'ask', '5353', '5354']);
  child.stderr.pipe(process.stderr);
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async () => {
    child.stdin.write('\n');
    return (await answers.next()).value;
  };
  try {
    expect(await ask()).toBe('5353');
    netns.run('nft', 'add rule inet t translate udp dport 5353 redirect to :5354');
    expect(await ask()).toBe('5353');
    const wish = { ports: [{ protocol: 'udp', port: 5353 } as const], addresses: [] };
    expect(await connection.flushConnections(wish)).toBe(1);
    expect(await ask()).toBe('5354');
    netns.run('nft', 'flush chain inet t translate');
    expect(await ask()).toBe('5354');
    expect(await connection.flushConnections(wish)).toBe(1);
    expect(await ask()).toBe('5353');
  } finally {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  }
});

test('nothing is tracked, or of nobody who is meant', async () => {
  using netns = machine();
  using untracked = new TestNetns();
  const all = { ports: [{ protocol: 'udp', port: 53 } as const], addresses: ['192.0.2.1'] };
  await using elsewhere = await Connection.open({ name: untracked.name });
  expect(await elsewhere.flushConnections(all)).toBe(0);
  await using connection = await Connection.open({ name: netns.name });
  send(netns, 'udp,127.0.0.1,53', 'tcp,127.0.0.1,80');
  expect(await connection.flushConnections({ ports: [], addresses: [] })).toBe(0);
  expect(await connection.flushConnections({ ports: [{ protocol: 'sctp', port: 53 }], addresses: ['::'] })).toBe(0);
  expect(await elsewhere.flushConnections(all)).toBe(0);
  expect(tracked(netns)).toHaveLength(2);
});

test('thousands, and those that are wished for meanwhile', async () => {
  using netns = machine();
  await using connection = await Connection.open({ name: netns.name });
  netns.run('python3', trackProgram, 'fill', '5000');
  send(netns, 'udp,127.0.0.1,1', 'udp,127.0.0.1,2', 'udp,127.0.0.1,3');
  const flush = (port: number) => connection.flushConnections({ ports: [{ protocol: 'udp', port }], addresses: [] });
  // The first is under way when the others are asked for.
  const filled = connection.flushConnections({ ports: [], addresses: ['198.51.100.1'] });
  await connection.readFiles(['net/dev']);
  const [many, ...few] = await Promise.all([filled, flush(1), flush(2), flush(3)]);
  expect(many).toBe(5000);
  expect(few).toEqual([3, 3, 3]);
  expect(tracked(netns)).toEqual([]);
});

test('a connection that is closed finishes what is to be forgotten', async () => {
  using netns = machine();
  const connection = await Connection.open({ name: netns.name });
  send(netns, 'udp,127.0.0.1,53');
  const flushed = connection.flushConnections({ ports: [{ protocol: 'udp', port: 53 }], addresses: [] });
  await connection.close();
  expect(await flushed).toBe(1);
  expect(tracked(netns)).toEqual([]);
});

test('what is no address never reaches the kernel', async () => {
  using netns = machine();
  await using connection = await Connection.open({ name: netns.name });
  send(netns, 'udp,127.0.0.1,53');
  await expect(connection.flushConnections({ ports: [], addresses: ['localhost'] })).rejects.toBeInstanceOf(TypeError);
  expect(tracked(netns)).toEqual(['udp 127.0.0.1:53']);
});
