import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Connection, findPortUser, type HostPort } from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';

expectNothingLeft();

const port = (protocol: HostPort['protocol'], address: string, number: number): HostPort => ({
  protocol,
  address,
  port: number,
});

/** Runs Python in a namespace, and returns once it has printed something. */
async function python(netns: TestNetns, source: string): Promise<ChildProcess & AsyncDisposable> {
  const child = spawn('ip', ['netns', 'exec', netns.name, 'python3', '-c', `from socket import *\n${source}`]);
  child.stderr.pipe(process.stderr);
  await once(child.stdout, 'data');
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  });
}

test('the process that has a port is named, by any socket that overlaps it', async () => {
  using netns = new TestNetns();
  netns.run('ip', 'link', 'set', 'lo', 'up');
  await using server = await python(
    netns,
    `one = socket(); one.bind(('127.0.0.1', 8080)); one.listen()
both = socket(AF_INET6); both.bind(('::', 8081)); both.listen()
name = socket(AF_INET, SOCK_DGRAM); name.bind(('0.0.0.0', 53))
print('ready', flush=True); input()`,
  );
  await using connection = await Connection.open({ name: netns.name });
  // The interpreter's own name has its version.
  const user = new RegExp(`^python3\\S* \\(pid ${server.pid}\\)$`);
  const taken = [
    ...[port('tcp', '127.0.0.1', 8080), port('tcp', '0.0.0.0', 8080)],
    ...[
      port('tcp', '0.0.0.0', 8081),
      port('tcp', '192.0.2.1', 8081),
      port('tcp', '::1', 8081),
      port('tcp', '::', 8081),
    ],
    ...[port('udp', '0.0.0.0', 53), port('udp', '127.0.0.1', 53)],
  ];
  for (const one of taken) {
    expect(await findPortUser(connection, one), JSON.stringify(one)).toMatch(user);
  }
  const free = [
    ...[port('tcp', '127.0.0.2', 8080), port('tcp', '::', 8080), port('udp', '0.0.0.0', 8080)],
    ...[port('udp', '::', 53), port('tcp', '0.0.0.0', 53), port('sctp', '0.0.0.0', 8080)],
  ];
  for (const one of free) {
    expect(await findPortUser(connection, one), JSON.stringify(one)).toBeUndefined();
  }
});

test('of a server and its connections the server is meant, and of those that share it the first', async () => {
  using netns = new TestNetns();
  netns.run('ip', 'link', 'set', 'lo', 'up');
  await using server = await python(
    netns,
    `import os, time
first = os.getpid()
server = socket(); server.bind(('127.0.0.1', 80)); server.listen()
if os.fork() == 0:
    os.closerange(0, 3)
    while os.getppid() == first: time.sleep(0.01)
    os._exit(0)
print('ready', flush=True); input()`,
  );
  await using client = await python(
    netns,
    `one = socket(); one.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); one.bind(('127.0.0.1', 8080))
one.connect(('127.0.0.1', 80)); print('ready', flush=True); input()`,
  );
  await using connection = await Connection.open({ name: netns.name });
  expect(await findPortUser(connection, port('tcp', '0.0.0.0', 80))).toContain(`(pid ${server.pid})`);
  expect(await findPortUser(connection, port('tcp', '0.0.0.0', 8080))).toContain(`(pid ${client.pid})`);
});

test('a port of another namespace, and one that is only remembered, is nobody’s', async () => {
  using netns = new TestNetns();
  using other = new TestNetns();
  netns.run('ip', 'link', 'set', 'lo', 'up');
  await using _server = await python(
    netns,
    `server = socket(); server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); server.bind(('127.0.0.1', 8080)); server.listen()
client = create_connection(('127.0.0.1', 8080)); served, _ = server.accept()
served.close(); client.recv(1); client.close(); server.close()
server = socket(); server.bind(('127.0.0.1', 8081)); server.listen()
print('ready', flush=True); input()`,
  );
  await using here = await Connection.open({ name: netns.name });
  await using there = await Connection.open({ name: other.name });
  expect(netns.run('cat', '/proc/net/tcp')).toMatch(/:1F90 \S+ 06 /);
  expect(await findPortUser(here, port('tcp', '0.0.0.0', 8080))).toBeUndefined();
  expect(await findPortUser(here, port('tcp', '0.0.0.0', 8081))).toBeDefined();
  expect(await findPortUser(there, port('tcp', '0.0.0.0', 8081))).toBeUndefined();
});
