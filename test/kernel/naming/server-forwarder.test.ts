import { spawn } from 'node:child_process';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, test as plain } from 'vitest';
import { Forwarder } from '../../../src/naming/dns/forwarder.js';
import { withLength } from '../../../src/naming/dns/tcp-messages.js';
import { run } from '../../support/netns.js';
import { runIn } from '../host/lab.js';
import { client, dig, type NameLab, test } from './server-lab.js';

const server = '10.10.0.1';
/** On a link of the host, as the rest of the world is. */
const upstream = '10.99.0.1';

/** The rest of the world: dnsmasq at an address of its own. */
async function startUpstream(names: NameLab, address = upstream): Promise<Disposable> {
  const { netns } = names.lab;
  netns.run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
  const records = [
    '--local=/example/',
    '--host-record=outside.example,192.0.2.7',
    ...Array.from({ length: 30 }, (_, i) => `--txt-record=long.example,${String(i).repeat(100).slice(0, 100)}`),
  ];
  const where = ['--no-daemon', '--no-resolv', '--no-hosts', `--listen-address=${address}`, '--bind-interfaces'];
  const files = ['--conf-file=/dev/null', '--pid-file', '--user=root'];
  const child = spawn('ip', ['netns', 'exec', netns.name, 'dnsmasq', ...where, ...files, ...records], {
    stdio: 'ignore',
  });
  await expect.poll(() => netns.run('ss', '-lntH')).toContain(`${address}:53`);
  return { [Symbol.dispose]: () => child.kill('SIGKILL') };
}

describe('what is not known here', () => {
  test('is asked elsewhere, from the host, over UDP and TCP', async ({ names }) => {
    using _world = await startUpstream(names);
    const network = await names.network('web', '10.10.0.0/16');
    await names.service({ dns: [upstream] }).ensure([network]);
    await names.attach('web', 'one');
    expect(dig('one', `@${server}`, 'outside.example')).toEqual(['192.0.2.7']);
    expect(dig('one', '+tcp', `@${server}`, 'OUTSIDE.example')).toEqual(['192.0.2.7']);
    expect(dig('one', `@${server}`, '-x', '192.0.2.7')).toEqual(['outside.example.']);
    expect(runIn('one', 'dig', `@${server}`, 'outside.example', 'AAAA')).toContain('status: NOERROR');
    // What is cut there arrives cut, and over TCP whole.
    const cut = runIn('one', 'dig', '+ignore', '+noedns', `@${server}`, 'long.example', 'TXT');
    expect(cut).toMatch(/flags:.* tc/);
    expect(dig('one', '+noedns', `@${server}`, 'long.example', 'TXT')).toHaveLength(30);
    expect(await client('one', 'pipeline', server, 'outside.example', '100')).toBe('100');
    await names.host.detach('one');
  });

  test('is nobody else’s business in an internal network', async ({ names }) => {
    using _world = await startUpstream(names);
    const network = await names.network('hidden', '10.10.0.0/16', { internal: true });
    await names.service({ dns: [upstream] }).ensure([network]);
    const [one] = await names.attach('hidden', 'one');
    expect(dig('one', `@${server}`, 'one')).toEqual([one?.endpoint?.address]);
    expect(runIn('one', 'dig', `@${server}`, 'outside.example')).toContain('status: NXDOMAIN');
    await names.host.detach('one');
  });

  test('is asked of the next server when one does not answer, and is SERVFAIL when none does', async ({ names }) => {
    using _world = await startUpstream(names);
    // One where nobody listens, which the kernel tells at once.
    names.lab.netns.run('ip', 'address', 'add', '10.99.0.2/32', 'dev', 'lo');
    const network = await names.network('web', '10.10.0.0/16');
    await names.service().ensure([network]);
    const dns = ['10.99.0.2', upstream];
    await names.host.attach({ name: 'one', network: 'web', create: true, dns });
    expect(dig('one', `@${server}`, 'outside.example')).toEqual(['192.0.2.7']);
    expect(dig('one', '+tcp', `@${server}`, 'outside.example')).toEqual(['192.0.2.7']);
    await names.host.attach({ name: 'two', network: 'web', create: true, dns: dns.slice(0, 1) });
    for (const way of ['+notcp', '+tcp']) {
      expect(runIn('two', 'dig', way, `@${server}`, 'outside.example')).toContain('status: SERVFAIL');
    }
    await names.host.detachAll(['one', 'two']);
  });

  test('does not keep those from their answers who ask for what is known', async ({ names }) => {
    // Packets to it are lost in silence.
    names.lab.netns.run('ip', 'link', 'add', 'away', 'type', 'veth', 'peer', 'far');
    names.lab.netns.run('ip', 'link', 'set', 'far', 'up');
    names.lab.netns.run('ip', 'link', 'set', 'away', 'up');
    names.lab.netns.run('ip', 'address', 'add', '10.98.0.1/24', 'dev', 'away');
    names.lab.netns.run('ip', 'neigh', 'add', '10.98.0.2', 'lladdr', '02:00:00:00:00:02', 'dev', 'away');
    const network = await names.network('web', '10.10.0.0/16');
    await names.service({ dns: ['10.98.0.2'] }).ensure([network]);
    const [one] = await names.attach('web', 'one', 'two');
    const flood = client('one', 'flood', server, 'outside.example', '5000');
    expect(await flood).toMatch(/^\d+$/);
    for (let i = 0; i < 5; i++) {
      expect(dig('two', `@${server}`, 'one')).toEqual([one?.endpoint?.address]);
    }
    // Of one client no more are waited for than it may have; the rest were told at once.
    expect(Number(await flood)).toBeGreaterThan(3000);
    const sockets = names.lab.netns.run('ss', '-Hun', 'dst', '10.98.0.2').split('\n').filter(Boolean);
    expect(sockets.length).toBeLessThanOrEqual(256);
    await names.host.detachAll(['one', 'two']);
    names.lab.netns.run('ip', 'link', 'del', 'away');
  });
});

describe('an answer', () => {
  beforeAll(() => run('ip', 'link', 'set', 'lo', 'up'));

  plain.for<[string, (answer: Buffer, fake: Speaking) => Promise<void>]>([
    ['with another number', async (answer, { send }) => send(changed(answer, 0, 0xff))],
    ['to another question', async (answer, { send }) => send(changed(answer, 14, 0x01))],
    ['with no question', async (answer, { send }) => send(changed(answer, 5, 0x01))],
    ['that is a question', async (answer, { send }) => send(changed(answer, 2, 0x80))],
    ['that is cut off', async (answer, { send }) => send(answer.subarray(0, 20))],
    ['of no bytes', async (_, { send }) => send(Buffer.alloc(0))],
    ['from another port', async (answer, { sendFromElsewhere }) => sendFromElsewhere(answer)],
  ])('%s is passed over, and the right one taken', async ([, spoil]) => {
    using fake = await Fake.start(async (answer, from) => {
      // 10.0.0.66 is what the wrong ones say.
      await spoil(changed(answer, answer.length - 1, 1 ^ 66), from);
      await from.send(answer);
    });
    const forwarder = new Forwarder({ port: fake.port });
    const answer = await forwarder.forward(question(4711), ['127.0.0.1'], 'udp', 'me');
    expect(answer?.readUInt16BE()).toBe(4711);
    expect(answer?.at(-1)).toBe(1);
  });

  plain('that comes too late is nobody’s, and the question was asked again with other numbers', async () => {
    const seen: { id: number; port: number }[] = [];
    const late: (() => Promise<void>)[] = [];
    using fake = await Fake.start(async (answer, from) => {
      seen.push({ id: answer.readUInt16BE(), port: from.to.port });
      late.push(() => from.send(answer));
      if (seen.length === 2) {
        await late[0]?.();
        await late[1]?.();
      }
    });
    const forwarder = new Forwarder({ port: fake.port, patience: 200 });
    const answer = await forwarder.forward(question(1), ['127.0.0.1'], 'udp', 'me');
    expect(answer?.readUInt16BE()).toBe(1);
    expect(seen).toHaveLength(2);
    expect(seen[0]?.port).not.toBe(seen[1]?.port);
  });

  plain('is not waited for longer than two tries take', async () => {
    let count = 0;
    using fake = await Fake.start(async () => {
      count += 1;
    });
    const forwarder = new Forwarder({ port: fake.port, patience: 50 });
    expect(await forwarder.forward(question(1), ['127.0.0.1'], 'udp', 'me')).toBeUndefined();
    expect(count).toBe(2);
  });

  plain('is waited for by so many of one client, and of all together', async () => {
    using fake = await Fake.start(async () => undefined);
    const forwarder = new Forwarder({ port: fake.port, patience: 60_000 });
    const ask = (source: string) => forwarder.forward(question(1), ['127.0.0.1'], 'udp', source);
    const waiting = Array.from({ length: 8 * 256 }, (_, i) => ask(`client ${i % 8}`));
    expect(await ask('client 0')).toBeUndefined();
    expect(await ask('one more')).toBeUndefined();
    forwarder.close();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => undefined));
  });

  plain('that refuses is taken only if no other server knows better', async () => {
    using refusing = await Fake.start(async (answer, { send }) => send(changed(answer, 3, 0x05)));
    const port = refusing.port;
    using knowing = await Fake.start(async (answer, { send }) => send(answer), { port, address: '127.0.0.2' });
    const forwarder = new Forwarder({ port });
    const better = await forwarder.forward(question(1), ['127.0.0.1', '127.0.0.2'], 'udp', 'me');
    expect(better?.readUInt8(3)).toBe(0x80);
    const none = await forwarder.forward(question(1), ['127.0.0.1'], 'udp', 'me');
    expect(none?.readUInt8(3)).toBe(0x85);
    expect(knowing.port).toBe(port);
  });

  plain('over TCP may come in pieces, after others, or not at all', async () => {
    const answers: Buffer[] = [];
    const fake = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', async (bytes) => {
        const answer = answerTo(bytes.subarray(2));
        const wrong = withLength(changed(answer, 0, 0xff));
        answers.push(answer);
        if (answers.length === 3) {
          socket.destroy();
          return;
        }
        for (const byte of Buffer.concat([wrong, withLength(answer)])) {
          await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
        }
      });
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const { port } = fake.address() as { port: number };
    const forwarder = new Forwarder({ port, patience: 1000 });
    for (const id of [1, 2, 3]) {
      const answer = await forwarder.forward(question(id), ['127.0.0.1'], 'tcp', 'me');
      expect(answer?.readUInt16BE()).toBe(id);
    }
    // The third was asked twice.
    expect(answers).toHaveLength(4);
    fake.close();
  });
});

/** A name server that says what it is told to. */
class Fake implements Disposable {
  readonly #socket: Socket;
  readonly #elsewhere: Socket;

  private constructor(socket: Socket, elsewhere: Socket) {
    this.#socket = socket;
    this.#elsewhere = elsewhere;
  }

  static async start(
    respond: (answer: Buffer, fake: Speaking) => Promise<unknown>,
    { port = 0, address = '127.0.0.1' } = {},
  ): Promise<Fake> {
    const fake = new Fake(createSocket('udp4'), createSocket('udp4'));
    fake.#socket.on('message', (query, to) => {
      const sendBy = (socket: Socket) => (packet: Buffer) =>
        new Promise<void>((resolve) => socket.send(packet, to.port, to.address, () => resolve()));
      void respond(answerTo(query), { to, send: sendBy(fake.#socket), sendFromElsewhere: sendBy(fake.#elsewhere) });
    });
    await new Promise<void>((resolve) => fake.#socket.bind(port, address, resolve));
    return fake;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
    this.#elsewhere.close();
  }
}

interface Speaking {
  readonly to: RemoteInfo;
  readonly send: (packet: Buffer) => Promise<void>;
  readonly sendFromElsewhere: (packet: Buffer) => Promise<void>;
}

/** For `name.example`, type A. */
function question(id: number): Buffer {
  const header = Buffer.of(id >> 8, id & 0xff, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0);
  return Buffer.concat([header, Buffer.from('\x04name\x07example\x00\x00\x01\x00\x01', 'latin1')]);
}

/** 10.0.0.1 */
function answerTo(query: Buffer): Buffer {
  const answer = Buffer.concat([query, Buffer.of(0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 10, 0, 0, 1)]);
  answer.writeUInt16BE(0x8180, 2);
  answer.writeUInt16BE(1, 6);
  return answer;
}

/** With some bits of one byte the other way round. */
function changed(packet: Buffer, at: number, bits: number): Buffer {
  const copy = Buffer.from(packet);
  copy.writeUInt8(packet.readUInt8(at) ^ bits, at);
  return copy;
}
