import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { NetplumbError } from '../../../src/errors/index.js';
import { Connection, type HostPort } from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';

expectNothingLeft();

const bindProgram = fileURLToPath(new URL('bind.py', import.meta.url));

/** Every way of asking for a port that is shared with others where that is possible. */
const options = ['', ',addr', ',port', ',addr,port'];

const port = (protocol: HostPort['protocol'], address: string, number: number): HostPort => ({
  protocol,
  address,
  port: number,
});

/** A namespace with its loopback interface up. */
function machine(): TestNetns {
  const netns = new TestNetns();
  netns.run('ip', 'link', 'set', 'lo', 'up');
  return netns;
}

/** What becomes of other programs' attempts at ports; see bind.py. */
function attempts(netns: TestNetns, ...wanted: string[]): string[] {
  return netns
    .run('python3', bindProgram, ...wanted)
    .trim()
    .split('\n');
}

/** Runs Python in a namespace until this is disposed of; returns once it has printed something. */
async function python(netns: TestNetns, source: string): Promise<AsyncDisposable> {
  const child = spawn('ip', ['netns', 'exec', netns.name, 'python3', '-c', source]);
  child.stderr.pipe(process.stderr);
  await once(child.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

test.each(['tcp', 'udp'] as const)(
  'nobody else gets a %s port that is held, until it is released',
  async (protocol) => {
    using netns = machine();
    await using connection = await Connection.open({ name: netns.name });
    const held = [port(protocol, '0.0.0.0', 8080), port(protocol, '::', 8081), port(protocol, '127.0.0.1', 8082)];
    const overlapping = options.flatMap((option) => [
      `${protocol},0.0.0.0,8080${option}`,
      `${protocol},127.0.0.1,8080${option}`,
      `${protocol},::,8080,dual${option}`,
      `${protocol},::,8081${option}`,
      `${protocol},::1,8081${option}`,
      `${protocol},127.0.0.1,8082${option}`,
      `${protocol},0.0.0.0,8082${option}`,
    ]);
    expect(await connection.holdPorts(held)).toEqual([null, null, null]);
    expect(attempts(netns, ...overlapping)).toEqual(overlapping.map(() => 'EADDRINUSE'));
    // What does not overlap: the other family, another address.
    const beside = [`${protocol},::,8080`, `${protocol},0.0.0.0,8081`, `${protocol},127.0.0.2,8082`];
    expect(attempts(netns, ...beside)).toEqual(['had', 'had', 'had']);

    expect(await connection.holdPorts(held)).toEqual([null, null, null]);
    await connection.releasePorts(held);
    expect(attempts(netns, ...overlapping)).toEqual(overlapping.map(() => 'had'));
    await connection.releasePorts(held);
  },
);

test('ports are free again when the connection is closed', async () => {
  using netns = machine();
  const connection = await Connection.open({ name: netns.name });
  expect(await connection.holdPorts([port('tcp', '0.0.0.0', 80), port('udp', '::', 53)])).toEqual([null, null]);
  await connection.close();
  expect(attempts(netns, 'tcp,0.0.0.0,80', 'udp,::,53')).toEqual(['had', 'had']);
});

test('each host has its own ports', async () => {
  using one = machine();
  using other = machine();
  await using first = await Connection.open({ name: one.name });
  await using second = await Connection.open({ name: other.name });
  const same = [port('tcp', '0.0.0.0', 8080), port('udp', '127.0.0.1', 53)];
  expect(await first.holdPorts(same)).toEqual([null, null]);
  expect(attempts(other, 'tcp,0.0.0.0,8080', 'udp,127.0.0.1,53')).toEqual(['had', 'had']);
  expect(await second.holdPorts(same)).toEqual([null, null]);
  await first.releasePorts(same);
  expect(attempts(one, 'tcp,0.0.0.0,8080', 'udp,127.0.0.1,53')).toEqual(['had', 'had']);
  expect(attempts(other, 'tcp,0.0.0.0,8080', 'udp,127.0.0.1,53')).toEqual(['EADDRINUSE', 'EADDRINUSE']);
});

test('ports that cannot be held: each error by itself, in the words of the kernel, about the port', async () => {
  using netns = machine();
  await using _server = await python(
    netns,
    `from socket import *
tcp = socket(); tcp.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); tcp.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
tcp.bind(('127.0.0.1', 8080)); tcp.listen()
udp = socket(AF_INET6, SOCK_DGRAM); udp.bind(('::', 53))
print('ready', flush=True); input()`,
  );
  await using connection = await Connection.open({ name: netns.name });
  const errors = await connection.holdPorts([
    port('tcp', '0.0.0.0', 8080),
    port('tcp', '0.0.0.0', 8081),
    port('udp', '0.0.0.0', 53),
    port('tcp', '192.0.2.1', 80),
    port('udp', '2001:db8::1', 80),
  ]);
  expect(errors.map((error) => error && [error.code, error.object])).toEqual([
    ['EADDRINUSE', 'tcp 0.0.0.0:8080'],
    null,
    ['EADDRINUSE', 'udp 0.0.0.0:53'],
    ['EADDRNOTAVAIL', 'tcp 192.0.2.1:80'],
    ['EADDRNOTAVAIL', 'udp [2001:db8::1]:80'],
  ]);
  expect(errors[0]).toBeInstanceOf(NetplumbError);
  expect(errors[0]?.message).toMatch(/^bind for tcp 0\.0\.0\.0:8080 failed with EADDRINUSE/);
  expect(attempts(netns, 'tcp,0.0.0.0,8081')).toEqual(['EADDRINUSE']);
});

test('connections that have ended but are still remembered do not stand in the way', async () => {
  using netns = machine();
  netns.run(
    'python3',
    '-c',
    `from socket import *
server = socket(); server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); server.bind(('0.0.0.0', 8080)); server.listen()
client = create_connection(('127.0.0.1', 8080)); served, _ = server.accept()
served.close(); client.recv(1); client.close()`,
  );
  const timeWait = /:1F90 \S+ 06 /;
  expect(netns.run('cat', '/proc/net/tcp')).toMatch(timeWait);
  // Whoever does not ask for that is refused.
  expect(attempts(netns, 'tcp,0.0.0.0,8080')).toEqual(['EADDRINUSE']);
  await using connection = await Connection.open({ name: netns.name });
  expect(await connection.holdPorts([port('tcp', '0.0.0.0', 8080)])).toEqual([null]);
  expect(netns.run('cat', '/proc/net/tcp')).toMatch(timeWait);
  expect(attempts(netns, 'tcp,0.0.0.0,8080,addr', 'tcp,127.0.0.1,8080,addr')).toEqual(['EADDRINUSE', 'EADDRINUSE']);
});

test('a connection to a port that is held is refused at once, a datagram dropped', async () => {
  using netns = machine();
  await using connection = await Connection.open({ name: netns.name });
  const held = ['0.0.0.0', '::'].flatMap((address) => [port('tcp', address, 8080), port('udp', address, 8080)]);
  expect(await connection.holdPorts(held)).toEqual([null, null, null, null]);
  const refusals = netns.run(
    'python3',
    '-c',
    `import socket
for address in '127.0.0.1', '::1':
    try:
        socket.create_connection((address, 8080), timeout=0.5)
    except OSError as error:
        print(error.__class__.__name__)
    sender = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(1000): sender.sendto(bytes(1000), (address, 8080))`,
  );
  expect(refusals).toBe('ConnectionRefusedError\nConnectionRefusedError\n');
  // Local address, remote address, state, bytes to be sent : to be received.
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    expect(netns.run('cat', file)).toMatch(/:1F90 \S+ 07 00000000:00000000 /);
  }
});

test('outgoing connections do not come from a port that is held', async () => {
  using netns = machine();
  netns.run('sysctl', '-qw', 'net.ipv4.ip_local_port_range=40000 40003');
  await using connection = await Connection.open({ name: netns.name });
  expect(await connection.holdPorts([port('tcp', '0.0.0.0', 40001), port('udp', '127.0.0.1', 40002)])).toEqual([
    null,
    null,
  ]);
  const ports = netns.run(
    'python3',
    '-c',
    `from socket import *
server = socket(); server.bind(('127.0.0.1', 80)); server.listen()
for kind in SOCK_STREAM, SOCK_DGRAM:
    ours = []
    try:
        while True:
            one = socket(AF_INET, kind)
            ours.append(one)
            one.connect(('127.0.0.1', 80))
    except OSError:
        print(sorted(one.getsockname()[1] for one in ours[:-1]))`,
  );
  expect(ports).toBe('[40000, 40002, 40003]\n[40000, 40001, 40003]\n');
});

test('a port of a protocol that the kernel lacks counts as held', async () => {
  using netns = machine();
  await using connection = await Connection.open({ name: netns.name });
  expect(await connection.holdPorts([port('sctp', '0.0.0.0', 8080), port('sctp', '::', 8080)])).toEqual([null, null]);
  await connection.releasePorts([port('sctp', '0.0.0.0', 8080)]);
});

test('what is no port never reaches the kernel', async () => {
  using netns = machine();
  await using connection = await Connection.open({ name: netns.name });
  const bad = [port('tcp', 'localhost', 80), port('tcp', '0.0.0.0', 0), port('tcp', '0.0.0.0', 65536)];
  for (const one of bad) {
    await expect(connection.holdPorts([one])).rejects.toBeInstanceOf(TypeError);
  }
});
