import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { newId } from '../../../../src/address/index.js';
import { NameFiles } from '../../../../src/naming/files/name-files.js';
import type { NamingDefaults } from '../../../../src/naming/index.js';
import type { NetworkRecord, SandboxRecord, Store } from '../../../../src/store/index.js';
import { openStore, temporaryDirectory } from '../../../support/store.js';
import { addedNetwork, addedSandbox, endpointOn, sandboxOf } from './scene.js';

let store: Store;
let bridge: NetworkRecord;
let host: string;

beforeEach(() => {
  store = openStore();
  bridge = addedNetwork(store, { name: 'bridge', subnets: [{ subnet: '172.17.0.0/16', gateway: '172.17.0.1' }] });
  host = join(temporaryDirectory(), 'resolv.conf');
  writeFileSync(host, 'nameserver 10.0.0.53\n');
});

function open(defaults: NamingDefaults = {}, own = store): NameFiles {
  const files = new NameFiles({ store: own, defaults, resolvConf: host, resolved: '/nowhere', hosts: '/nowhere' });
  onTestFinished(() => files.close());
  return files;
}

function added(change: Partial<SandboxRecord> = {}): SandboxRecord {
  return addedSandbox(store, { endpoints: [endpointOn(bridge, '172.17.0.2')], ...change });
}

function put(record: SandboxRecord): SandboxRecord {
  store.transaction((tables) => tables.sandboxes.putSync(record.id, record));
  return record;
}

const sandboxes = () => join(store.directory, 'sandboxes');
const textOf = (path: string) => readFileSync(path, 'utf8');
const said = (path: string) =>
  textOf(path)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

describe('making', () => {
  test('gives those who ask three files that every program can read, whatever the umask', async () => {
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    const files = open();
    const record = added();
    expect(await files.make([record])).toEqual([undefined]);
    const paths = files.paths(record.id);
    expect(dirname(paths.hosts)).toBe(join(store.directory, 'sandboxes', record.id));
    expect(textOf(paths.hostname)).toBe('web-host\n');
    expect(textOf(paths.hosts)).toContain('172.17.0.2\tweb-host web\n');
    expect(said(paths.resolvConf)).toEqual(['nameserver 10.0.0.53']);
    expect(Object.values(paths).map((path) => statSync(path).mode & 0o777)).toEqual([0o644, 0o644, 0o644]);
    expect(statSync(dirname(paths.hosts)).mode & 0o777).toBe(0o755);
  });

  test('leaves no trace of those who ask for none', async () => {
    const files = open();
    const record = added({ files: undefined });
    expect(await files.make([record])).toEqual([undefined]);
    await files.refresh([record]);
    await files.refreshAll();
    await files.remove([record]);
    expect(existsSync(sandboxes())).toBe(false);
  });

  test('says of each what was wrong, and leaves nothing of it', async () => {
    const files = open();
    const naming = { hosts: [{ name: 'machine', address: 'host-gateway' }] };
    const [one, other] = [added(), added({ name: 'alone', endpoints: [], naming })];
    const [none, refused] = await files.make([one, other]);
    expect(none).toBeUndefined();
    expect(refused).toMatchObject({ code: 'EBADOPTION' });
    expect(readdirSync(sandboxes())).toEqual([one.id]);
  });

  test('leaves nothing when the file system refuses in the middle', async () => {
    const files = open();
    const record = added({ hostname: 'x'.repeat(60) });
    // A limit on the size of files: the second write is refused, as on a full disk.
    const [error] = await withFileLimit(100, () => files.make([record]));
    expect(error).toMatchObject({ code: 'EFBIG', operation: 'write' });
    expect(readdirSync(sandboxes())).toEqual([]);
    expect(await files.make([record])).toEqual([undefined]);
  });

  test('can be repeated, and keeps the files that are there', async () => {
    const files = open();
    const record = added();
    await files.make([record]);
    const { ino } = statSync(files.paths(record.id).hosts);
    const changed = put({ ...record, endpoints: [endpointOn(bridge, '172.17.0.9')] });
    expect(await files.make([changed])).toEqual([undefined]);
    expect(statSync(files.paths(record.id).hosts).ino).toBe(ino);
    expect(textOf(files.paths(record.id).hosts)).toContain('172.17.0.9\tweb-host web\n');
    expect(said(files.paths(record.id).hosts).join()).not.toContain('172.17.0.2');
  });

  test('begins anew where somebody was killed in the middle', async () => {
    const files = open();
    const record = added();
    const directory = dirname(files.paths(record.id).hosts);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'hostname'), 'half');
    expect(await files.make([record])).toEqual([undefined]);
    expect(textOf(files.paths(record.id).hostname)).toBe('web-host\n');
    expect(readdirSync(directory).sort()).toEqual(['.written', 'hostname', 'hosts', 'resolv.conf']);
  });

  test('uses the files of the sandbox whose namespace is shared, and makes some if that one has none', async () => {
    const files = open();
    const owner = added();
    const guest = added({
      name: 'guest',
      mode: 'container',
      netns: { kind: 'shared', sandbox: owner.id },
      endpoints: [],
    });
    await files.make([owner, guest]);
    expect(readdirSync(sandboxes())).toEqual([owner.id]);
    put({ ...owner, files: undefined });
    await files.make([guest]);
    expect(textOf(files.paths(guest.id).hosts)).toBe(textOf(files.paths(owner.id).hosts));
  });
});

describe('links', () => {
  test('follow the linked sandbox when it comes, goes, and comes back with another address', async () => {
    const files = open();
    const links = [{ name: 'db', alias: 'store' }];
    const web = added({ links });
    await files.make([web]);
    const { hosts } = files.paths(web.id);
    const { ino } = statSync(hosts);
    expect(textOf(hosts)).not.toContain('store');
    // The linked one need not have files of its own.
    const db = added({ name: 'db', hostname: 'db', files: undefined, endpoints: [endpointOn(bridge, '172.17.0.5')] });
    await files.make([db]);
    expect(said(hosts).at(-1)).toBe('172.17.0.5\tstore db');
    put({ ...db, state: 'leaving' });
    await files.remove([db]);
    expect(said(hosts).at(-1)).toBe('172.17.0.2\tweb-host web');
    const again = put({ ...db, endpoints: [endpointOn(bridge, '172.17.0.77')] });
    await files.refresh([again]);
    expect(said(hosts).at(-1)).toBe('172.17.0.77\tstore db');
    expect(statSync(hosts).ino).toBe(ino);
  });
});

test('a linked sandbox that comes while the files are being made is found in them', async () => {
  const files = open();
  const web = added({ state: 'pending', links: [{ name: 'db', alias: 'store' }] });
  // Asked for the first time, the records say that it is not there.
  let db: SandboxRecord | undefined;
  const read = store.read.bind(store);
  store.read = (work) => {
    const result = read(work);
    db ??= added({ name: 'db', hostname: 'db', endpoints: [endpointOn(bridge, '172.17.0.5')] });
    return result;
  };
  await files.make([web]);
  expect(db).toBeDefined();
  expect(said(files.paths(web.id).hosts).at(-1)).toBe('172.17.0.5\tstore db');
});

describe('keeping up to date', () => {
  test("follows the host's resolv.conf, where the sandbox has not edited its own", async () => {
    const files = open();
    const [one, edited, given] = [
      added(),
      added({ name: 'edited' }),
      added({ name: 'given', naming: { servers: ['10.9.9.9'] } }),
    ];
    await files.make([one, edited, given]);
    appendFileSync(files.paths(edited.id).resolvConf, 'options timeout:1\n');
    writeFileSync(host, 'nameserver 10.0.0.54\nsearch new.example\n');
    expect(await files.refreshAll()).toBe(2);
    expect(said(files.paths(one.id).resolvConf)).toEqual(['nameserver 10.0.0.54', 'search new.example']);
    expect(said(files.paths(edited.id).resolvConf)).toEqual(['nameserver 10.0.0.53', 'options timeout:1']);
    expect(said(files.paths(given.id).resolvConf)).toEqual(['nameserver 10.9.9.9', 'search new.example']);
    expect(await files.refreshAll()).toBe(0);
  });

  test('takes a line that was taken out, and one that was changed, for edited, and a comment not', async () => {
    const files = open();
    const records = ['out', 'changed', 'comment'].map((name) => added({ name }));
    await files.make(records);
    const [out = '', changed = '', comment = ''] = records.map(({ id }) => files.paths(id).resolvConf);
    writeFileSync(out, '');
    writeFileSync(changed, 'nameserver 10.0.0.99\n');
    appendFileSync(comment, '# mine\n\n');
    writeFileSync(host, 'nameserver 10.0.0.54\n');
    expect(await files.refreshAll()).toBe(1);
    expect([out, changed, comment].map((path) => said(path))).toEqual([
      [],
      ['nameserver 10.0.0.99'],
      ['nameserver 10.0.0.54'],
    ]);
    expect(textOf(comment)).toContain('# mine\n');
  });

  test('keeps what a program in the sandbox has added to hosts', async () => {
    const files = open();
    const record = added();
    await files.make([record]);
    const { hosts } = files.paths(record.id);
    writeFileSync(hosts, `10.8.8.8 first\n${textOf(hosts)}10.8.8.9 last`);
    await files.refresh([put({ ...record, endpoints: [endpointOn(bridge, '172.17.0.3')] })]);
    expect(said(hosts)).toEqual([
      '10.8.8.8 first',
      expect.stringContaining('localhost'),
      ...Array.from({ length: 5 }, () => expect.stringContaining('ip6-')),
      '10.8.8.9 last',
      '172.17.0.3\tweb-host web',
    ]);
  });

  test('leaves nothing of lines that are gone, once all is done', async () => {
    const files = open();
    const [record, other] = [added({ hostname: 'a-long-name' }), added({ name: 'other' })];
    await files.make([record, other]);
    await files.refresh([put({ ...record, endpoints: [] })]);
    writeFileSync(host, 'nameserver 10.0.0.54\n');
    await files.refreshAll();
    await files.close();
    expect(textOf(files.paths(record.id).hosts)).not.toMatch(/2\.17|a-long/);
    expect(textOf(files.paths(other.id).resolvConf)).not.toContain('0.53');
  });

  test('does not touch a file that a program in the sandbox has made enormous', async () => {
    const files = open();
    const record = added();
    await files.make([record]);
    const { hosts, resolvConf } = files.paths(record.id);
    truncateSync(hosts, 2 ** 40);
    truncateSync(resolvConf, 2 ** 40);
    writeFileSync(host, 'nameserver 10.0.0.54\n');
    await files.refresh([put({ ...record, endpoints: [] })]);
    await files.refreshAll();
    expect([statSync(hosts).size, statSync(resolvConf).size]).toEqual([2 ** 40, 2 ** 40]);
  });

  test('gives a sandbox what the host gave to all when it was made, whoever keeps it up to date', async () => {
    const record = added();
    await open({ dns: ['10.3.3.3'] }).make([record]);
    writeFileSync(host, 'nameserver 10.0.0.54\nsearch new.example\n');
    const other = open();
    expect(await other.refreshAll()).toBe(1);
    expect(said(other.paths(record.id).resolvConf)).toEqual(['nameserver 10.3.3.3', 'search new.example']);
  });

  test('leaves alone those that are going, and those that somebody may be making', async () => {
    const files = open();
    const [pending, going] = [added({ state: 'pending' }), added({ name: 'going', state: 'leaving' })];
    await files.make([going]);
    mkdirSync(dirname(files.paths(pending.id).hosts));
    writeFileSync(host, 'nameserver 10.0.0.54\n');
    expect(await files.refreshAll()).toBe(0);
    await files.refresh([pending, going]);
    expect(said(files.paths(going.id).resolvConf)).toEqual(['nameserver 10.0.0.53']);
    expect(readdirSync(dirname(files.paths(pending.id).hosts))).toEqual([]);
  });

  test('makes files that are missing', async () => {
    const files = open();
    const record = added();
    await files.make([record]);
    rmSync(sandboxes(), { recursive: true });
    await files.refresh([record]);
    expect(existsSync(sandboxes())).toBe(false);
    expect(await files.refreshAll()).toBe(1);
    expect(textOf(files.paths(record.id).hostname)).toBe('web-host\n');
  });

  test.each([100, 330, 600])(
    'is finished by the next one where the file system refused to go past %i bytes',
    async (bytes) => {
      const files = open();
      const record = added({ naming: { hosts: [{ name: 'x'.repeat(63), address: '10.8.8.8' }] } });
      await files.make([record]);
      const { hosts, resolvConf } = files.paths(record.id);
      put({ ...record, endpoints: [endpointOn(bridge, '172.17.100.200')], hostname: 'y'.repeat(63) });
      writeFileSync(host, 'nameserver 10.0.0.54\nsearch one.example two.example\n');
      const refused = await withFileLimit(bytes, () => files.refreshAll().catch((error: Error) => error));
      expect(refused).toMatchObject({ code: 'EFBIG' });
      expect(await files.refreshAll()).toBe(1);
      expect(said(hosts).slice(6)).toEqual([`10.8.8.8\t${'x'.repeat(63)}`, `172.17.100.200\t${'y'.repeat(63)} web`]);
      expect(said(resolvConf)).toEqual(['nameserver 10.0.0.54', 'search one.example two.example']);
    },
  );

  test('goes on with the others when one is refused, and says so', async () => {
    const files = open();
    const [one, other] = [added(), added({ name: 'other' })];
    await files.make([one, other]);
    const { resolvConf } = files.paths(one.id);
    rmSync(resolvConf);
    mkdirSync(resolvConf);
    writeFileSync(host, 'nameserver 10.0.0.54\n');
    await expect(files.refreshAll()).rejects.toMatchObject({ code: 'EISDIR' });
    expect(said(files.paths(other.id).resolvConf)).toEqual(['nameserver 10.0.0.54']);
  });
});

describe('removing', () => {
  test('removes all of a sandbox, and can be repeated', async () => {
    const files = open();
    const [one, other] = [added(), added({ name: 'other' })];
    await files.make([one, other]);
    await files.remove([one]);
    await files.remove([one]);
    expect(readdirSync(sandboxes())).toEqual([other.id]);
  });

  test('sweeps what no sandbox on record owns, and nothing that is not ours', async () => {
    const files = open();
    const record = added();
    const gone = sandboxOf({ id: newId() });
    await files.make([record, gone]);
    writeFileSync(join(sandboxes(), 'README'), 'not ours');
    expect(await files.sweep()).toBe(1);
    expect(await files.sweep()).toBe(0);
    expect(readdirSync(sandboxes()).sort()).toEqual(['README', record.id].sort());
  });
});

/** Runs `work` while no file of this process may grow past that many bytes. */
async function withFileLimit<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
  const limit = (value: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${value}:`]);
  const ignore = () => undefined;
  process.on('SIGXFSZ', ignore);
  limit(String(bytes));
  try {
    return await work();
  } finally {
    limit('unlimited');
    process.off('SIGXFSZ', ignore);
  }
}
