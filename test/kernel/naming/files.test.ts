import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { NameFiles } from '../../../src/naming/files/name-files.js';
import { rewriteLines } from '../../../src/naming/files/rewrite.js';
import type { NetworkRecord, SandboxRecord, Store } from '../../../src/store/index.js';
import { openStore, temporaryDirectory } from '../../support/store.js';
import { addedNetwork, addedSandbox, endpointOn } from '../../unit/naming/files/scene.js';

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let store: Store;
let bridge: NetworkRecord;
let etc: string;

beforeEach(() => {
  store = openStore();
  bridge = addedNetwork(store, { name: 'bridge', subnets: [{ subnet: '172.17.0.0/16', gateway: '172.17.0.1' }] });
  etc = temporaryDirectory();
});

function open(resolvConf = join(etc, 'resolv.conf'), resolved = '/nowhere'): NameFiles {
  const files = new NameFiles({ store, defaults: {}, resolvConf, resolved });
  onTestFinished(() => files.close());
  return files;
}

function added(change: Partial<SandboxRecord> = {}): SandboxRecord {
  return addedSandbox(store, { endpoints: [endpointOn(bridge, '172.17.0.2')], ...change });
}

function said(path: string): string[] {
  return linesOf(readFileSync(path, 'utf8'));
}

/** What programs make of a text: comments and blanks say nothing. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.map((line) => line.trimEnd()).filter((line) => line !== '' && !line.startsWith('#'));
}

/** Mounts a file over another one, as launchers do. */
function mounted(source: string): string {
  const target = join(temporaryDirectory(), 'mounted');
  writeFileSync(target, '');
  execFileSync('mount', ['--bind', source, target]);
  onTestFinished(() => void execFileSync('umount', [target]));
  return target;
}

interface Seen {
  readonly texts: readonly string[];
  readonly inode: number;
}

/** Reads a file in a thread of its own, as libraries do, until it is told to stop. */
async function reader(path: string) {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(fileOf('files-reader.mjs'), { workerData: { path, shared } });
  await once(worker, 'online');
  return {
    stop: async (): Promise<Seen> => {
      Atomics.store(shared, 0, 1);
      const [seen] = await once(worker, 'message');
      return seen;
    },
    /** Waits until it has begun to read once more, and come to an end. */
    waitForRead: () => {
      const before = Atomics.load(shared, 1);
      for (let now = before; now - before < 2; now = Atomics.load(shared, 1)) {
        Atomics.wait(shared, 1, now, 10_000);
      }
    },
  };
}

/** Another process that changes a sandbox and its files; returns what makes it do so once. */
function writer(runDir: string, resolvConf: string, id: string) {
  const args = ['--import', 'tsx', fileOf('files-child.ts'), runDir, resolvConf, id];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    ended,
    write: async (address: string) => {
      child.stdin.write(`${address}\n`);
      await answers.next();
    },
  };
}

/** Addresses of many lengths, so that lines find no room where others were. */
const addressOf = (i: number) => `172.17.${[0, 10, 100][i % 3]}.${2 + (i % 200)}`;

const letters = (letter: string, count: number) =>
  Array.from({ length: count }, (_, i) => `10.0.0.${i} ${letter.repeat(7 + 3 * i)}`);

/** What somebody has found in a file that cannot be: a lack of lines that are always there, zeros, lines that nobody wrote. */
function wrong({ texts }: Seen, always: readonly string[], possible?: ReadonlySet<string>): string[] {
  return texts.filter((text) => {
    const lines = linesOf(text);
    const isPossible = possible === undefined || lines.every((line) => possible.has(line));
    return text.includes('\0') || !isPossible || !always.every((line) => lines.includes(line));
  });
}

describe('a file that is mounted and read without end', () => {
  test('has all that did not change, and stays the same one, however many write at once', async () => {
    const resolvConf = join(etc, 'resolv.conf');
    writeFileSync(resolvConf, 'nameserver 10.0.0.53\nsearch always.example\n');
    const files = open();
    const naming = { hosts: [{ name: 'always', address: '10.8.8.8' }] };
    const record = added({ naming });
    await files.make([record]);
    const paths = files.paths(record.id);
    const [hosts, resolv] = [mounted(paths.hosts), mounted(paths.resolvConf)];
    const [hostsReader, resolvReader] = [await reader(hosts), await reader(resolv)];
    const others = [writer(store.directory, resolvConf, record.id), writer(store.directory, resolvConf, record.id)];
    const servers = (i: number) => `nameserver 10.${'1'.repeat(1 + (i % 3))}.0.${i % 250}`;
    for (let i = 0; i < 150; i++) {
      // At once for who reads it: this is about the sandbox's file, not the host's.
      writeFileSync(`${resolvConf}.new`, `${servers(i)}\n${i % 2 ? `${servers(i + 1)}\n` : ''}search always.example\n`);
      renameSync(`${resolvConf}.new`, resolvConf);
      await Promise.all([...others.map(({ write }, j) => write(addressOf(2 * i + j))), files.refreshAll()]);
    }
    await files.refreshAll();
    const [seenHosts, seenResolv] = await Promise.all([hostsReader.stop(), resolvReader.stop()]);
    const always = ['127.0.0.1\tlocalhost', '10.8.8.8\talways'];
    expect([...wrong(seenHosts, always), ...wrong(seenResolv, ['search always.example'])]).toEqual([]);
    expect([seenHosts.inode, seenResolv.inode]).toEqual([statSync(paths.hosts).ino, statSync(paths.resolvConf).ino]);
    expect(seenHosts.texts.length).toBeGreaterThan(100);
    // In the end it says what is on record.
    const [endpoint] = store.read(({ sandboxes }) => sandboxes.get(record.id))?.endpoints ?? [];
    expect(said(hosts).slice(7)).toEqual([`${endpoint?.address}\tweb-host web`]);
    expect(said(resolv)).toEqual(said(resolvConf));
  });

  test('has whole lines only while one update follows the other as fast as it is read', async () => {
    const path = join(etc, 'file');
    const texts = [
      ['always one', 'nameserver 10.111.111.111', 'search the.first.example', 'always two', ...letters('a', 12)],
      ['always one', 'nameserver 10.2.2.2', 'always two', 'search another.example', ...letters('b', 12)],
      ['always one', 'always two', ...letters('c', 12)],
    ];
    const [first = []] = texts;
    writeFileSync(path, first.map((line) => `${line}\n`).join(''));
    const { stop, waitForRead } = await reader(path);
    let own: { lines: readonly string[]; spent: readonly string[] } = { lines: first, spent: [] };
    for (let i = 1; i < 10_000; i++) {
      const lines = texts[i % texts.length] ?? [];
      own = { lines, spent: rewriteLines(path, lines, own) ?? [] };
      // Between two updates somebody has time to read all of it; who has not may find what two have left.
      waitForRead();
    }
    const seen = await stop();
    expect(wrong(seen, ['always one', 'always two'], new Set(texts.flat()))).toEqual([]);
    expect(statSync(path).size).toBeLessThan(4096);
  });

  test('says what it should after the next look, whenever its writer was killed', async () => {
    const resolvConf = join(etc, 'resolv.conf');
    writeFileSync(resolvConf, 'nameserver 10.0.0.53\n');
    const files = open();
    const record = added();
    await files.make([record]);
    const { hosts, resolvConf: own } = files.paths(record.id);
    for (let i = 0; i < 8; i++) {
      const { child, ended, write } = writer(store.directory, resolvConf, record.id);
      await write(addressOf(i));
      // It has much to do, and is killed somewhere in the middle of it.
      child.stdin.write(Array.from({ length: 400 }, (_, j) => `${addressOf(i + j)}\n`).join(''));
      await write('172.17.1.1');
      child.kill('SIGKILL');
      await ended;
      writeFileSync(resolvConf, `nameserver 10.0.0.${i}\n`);
      await files.refreshAll();
      const [endpoint] = store.read(({ sandboxes }) => sandboxes.get(record.id))?.endpoints ?? [];
      expect(said(hosts).slice(6)).toEqual([`${endpoint?.address}\tweb-host web`]);
      expect(said(own)).toEqual([`nameserver 10.0.0.${i}`]);
    }
  });
});

describe("watching the host's resolv.conf", () => {
  const eventually = (path: string) => expect.poll(() => said(path), { timeout: 5000 });

  async function watched(resolvConf?: string, resolved?: string): Promise<string> {
    const files = open(resolvConf, resolved);
    const record = added();
    await files.make([record]);
    files.watch();
    files.watch();
    return files.paths(record.id).resolvConf;
  }

  test('follows it when it is written, replaced, removed and made again', async () => {
    const resolvConf = join(etc, 'resolv.conf');
    writeFileSync(resolvConf, 'nameserver 10.0.0.1\n');
    const own = await watched();
    writeFileSync(resolvConf, 'nameserver 10.0.0.2\n');
    await eventually(own).toEqual(['nameserver 10.0.0.2']);
    writeFileSync(join(etc, 'next'), 'nameserver 10.0.0.3\n');
    renameSync(join(etc, 'next'), resolvConf);
    await eventually(own).toEqual(['nameserver 10.0.0.3']);
    unlinkSync(resolvConf);
    await eventually(own).toEqual(['nameserver 8.8.8.8', 'nameserver 8.8.4.4']);
    writeFileSync(resolvConf, 'nameserver 10.0.0.4\n');
    await eventually(own).toEqual(['nameserver 10.0.0.4']);
  });

  test('follows a symbolic link to where it leads now, also to what is not there yet', async () => {
    const resolvConf = join(etc, 'resolv.conf');
    const run = join(etc, 'run');
    symlinkSync('run/resolvconf/resolv.conf', resolvConf);
    const own = await watched();
    mkdirSync(join(run, 'resolvconf'), { recursive: true });
    writeFileSync(join(run, 'resolvconf', 'resolv.conf'), 'nameserver 10.0.0.1\n');
    await eventually(own).toEqual(['nameserver 10.0.0.1']);
    writeFileSync(join(run, 'resolvconf', 'resolv.conf'), 'nameserver 10.0.0.2\n');
    await eventually(own).toEqual(['nameserver 10.0.0.2']);
    // The directory is another one now.
    rmSync(run, { recursive: true });
    await eventually(own).toEqual(['nameserver 8.8.8.8', 'nameserver 8.8.4.4']);
    mkdirSync(join(run, 'resolvconf'), { recursive: true });
    writeFileSync(join(run, 'resolvconf', 'resolv.conf'), 'nameserver 10.0.0.3\n');
    await eventually(own).toEqual(['nameserver 10.0.0.3']);
    const other = temporaryDirectory();
    writeFileSync(join(other, 'stub'), 'nameserver 10.0.0.4\n');
    symlinkSync(join(other, 'stub'), `${resolvConf}.new`);
    renameSync(`${resolvConf}.new`, resolvConf);
    await eventually(own).toEqual(['nameserver 10.0.0.4']);
    writeFileSync(join(other, 'stub'), 'nameserver 10.0.0.5\n');
    await eventually(own).toEqual(['nameserver 10.0.0.5']);
  });

  test('follows what systemd-resolved asks where the host asks systemd-resolved', async () => {
    const resolvConf = join(etc, 'resolv.conf');
    const resolved = join(etc, 'real.conf');
    writeFileSync(resolvConf, 'nameserver 127.0.0.53\n');
    writeFileSync(resolved, 'nameserver 10.0.0.1\n');
    const own = await watched(resolvConf, resolved);
    expect(said(own)).toEqual(['nameserver 10.0.0.1']);
    writeFileSync(resolved, 'nameserver 10.0.0.2\n');
    await eventually(own).toEqual(['nameserver 10.0.0.2']);
  });

  test('follows what has changed between the making and the watching', async () => {
    const resolvConf = join(etc, 'resolv.conf');
    writeFileSync(resolvConf, 'nameserver 10.0.0.1\n');
    const files = open();
    const record = added();
    await files.make([record]);
    writeFileSync(resolvConf, 'nameserver 10.0.0.2\n');
    files.watch();
    await eventually(files.paths(record.id).resolvConf).toEqual(['nameserver 10.0.0.2']);
  });

  test('tells sandboxes of others, too, and notes that all were told', async () => {
    const resolvConf = join(etc, 'resolv.conf');
    writeFileSync(resolvConf, 'nameserver 10.0.0.1\n');
    const gone = added({ name: 'gone' });
    const before = open();
    await before.make([gone]);
    await before.close();
    const own = await watched();
    const marker = join(store.directory, 'sandboxes', '.followed');
    writeFileSync(resolvConf, 'nameserver 10.0.0.2\n');
    await eventually(own).toEqual(['nameserver 10.0.0.2']);
    await eventually(before.paths(gone.id).resolvConf).toEqual(['nameserver 10.0.0.2']);
    await expect.poll(() => textOf(marker)).toMatch(/^[0-9a-f]{64}$/);
    const told = textOf(marker);
    writeFileSync(resolvConf, 'nameserver 10.0.0.1\n');
    await eventually(before.paths(gone.id).resolvConf).toEqual(['nameserver 10.0.0.1']);
    await expect.poll(() => textOf(marker)).not.toBe(told);
  });

  test('ends with close, and leaves no watch to the kernel', async () => {
    const resolvConf = join(etc, 'resolv.conf');
    writeFileSync(resolvConf, 'nameserver 10.0.0.1\n');
    const before = watches();
    const files = open(resolvConf, join(etc, 'real.conf'));
    files.watch();
    expect(watches()).toBe(before + 1);
    await files.close();
    await files.close();
    files.watch();
    expect(watches()).toBe(before);
  });
});

/** Of this process, as the kernel counts them. */
function watches(): number {
  const infos = readdirSync('/proc/self/fdinfo').map((fd) => textOf(`/proc/self/fdinfo/${fd}`));
  return infos.join('').match(/^inotify wd:/gm)?.length ?? 0;
}

/** Descriptors come and go while they are listed. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
