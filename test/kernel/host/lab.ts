import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { type Attached, type Host, type HostOptions, openHost } from '../../../src/index.js';
import { addressOf } from '../../../src/ipam/index.js';
import { isBuiltin, isMarkOf, parseMark } from '../../../src/network/index.js';
import { problemOf } from '../../../src/store/check-file.js';
import { allSandboxes, Store } from '../../../src/store/index.js';
import { holdings } from '../../support/leaks.js';
import { run, TestNetns } from '../../support/netns.js';

/** A link as `ip -j -d link` shows it. */
export interface IpLink {
  readonly ifindex: number;
  readonly ifname: string;
  readonly address: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly operstate: string;
  readonly master?: string;
  readonly ifalias?: string;
  readonly linkinfo?: { readonly info_kind: string };
}

/** A set as `nft -j list ruleset` shows it. */
interface NftSet {
  readonly name: string;
  readonly elem?: readonly unknown[];
}

interface NftObject {
  readonly set?: NftSet;
  readonly map?: NftSet;
}

/** What is on record in a run directory. */
export interface Records {
  readonly sandboxes: readonly string[];
  readonly names: readonly string[];
  readonly cookies: readonly string[];
  /** Addresses that sandboxes have. */
  readonly leases: readonly string[];
  /** Ports of the host that sandboxes have: `tcp/8080`. */
  readonly ports: readonly string[];
  /** Names of sandboxes that others are linked to. */
  readonly linked: readonly string[];
  /** What sandboxes are also called in their networks. */
  readonly aliases: readonly string[];
  /** Rows of pools' entries, also of those half done: `SHAPE ID`. */
  readonly pooled: readonly string[];
  /** Names of further bridges of networks, and an empty one for each own bridge of which ports are in use. */
  readonly segments: readonly string[];
  /** Names of networks beside those that are there from the start. */
  readonly networks: readonly string[];
  /** Names of files that would outlive a reboot. */
  readonly definitions: readonly string[];
}

const nothingOnRecord: Records = {
  sandboxes: [],
  names: [],
  cookies: [],
  leases: [],
  ports: [],
  linked: [],
  aliases: [],
  pooled: [],
  segments: [],
  networks: [],
  definitions: [],
};

/**
 * A host to throw away: a network namespace, a run directory, and processes in namespaces of their own. Whatever a test
 * does here has to be gone when all sandboxes are detached.
 */
export class Lab {
  readonly netns = hostNetns();
  /** Room for the test's own files. */
  readonly directory = mkdtempSync(join(tmpdir(), 'netplumb-lab-'));
  /** Made when the host is first opened. */
  readonly runDir = join(this.directory, 'run');
  /** What would outlive a reboot. */
  readonly stateDir = join(this.directory, 'state');
  readonly #hosts: Host[] = [];
  readonly #processes: ChildProcess[] = [];
  readonly #namespaces: TestNetns[] = [];
  readonly #files = filesIn('/run/netns');

  /** Opens the host; closed with the lab. */
  async open(options: HostOptions = {}): Promise<Host> {
    const host = await openHost({ netns: this.netns.path, ...this.directories(), ...options });
    this.#hosts.push(host);
    return host;
  }

  /**
   * The host as whoever comes next finds it when LMDB was refused a write, which leaves a meta page of two transactions; or
   * writes over its own heap (mdb_page_flush, lmdb-js 3.5.6), and then anything. Only strace refuses that: full-run-directory.test.ts.
   */
  async afterRefusal(host: Host): Promise<Host> {
    const [file = ''] = readdirSync(this.runDir).filter((name) => /^state-.*\.mdb$/.test(name));
    if (problemOf(join(this.runDir, file)) === undefined) {
      return host;
    }
    const next = await this.open();
    await host.close();
    return next;
  }

  /** Where the host keeps what it knows. */
  directories(): { runDir: string; stateDir: string } {
    return { runDir: this.runDir, stateDir: this.stateDir };
  }

  /** A process in a network namespace of its own, which lives until the lab ends. */
  async process(): Promise<number> {
    const child = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    this.#processes.push(child);
    const pid = child.pid ?? 0;
    const own = readlinkSync('/proc/self/ns/net');
    // It has become another program when it is in another namespace.
    await expect.poll(() => readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(own);
    return pid;
  }

  /** A namespace that `ip netns` knows. */
  namespace(): TestNetns {
    const namespace = new TestNetns();
    this.#namespaces.push(namespace);
    return namespace;
  }

  /** Links on the host beside the loopback. */
  links(): IpLink[] {
    return this.netns.ip<IpLink>('link').filter(({ ifname }) => ifname !== 'lo');
  }

  /** Their names. */
  linkNames(): string[] {
    return this.links().map(({ ifname }) => ifname);
  }

  /** Files under /run/netns that were not there when the lab was made. */
  files(): string[] {
    const known = new Set([...this.#files, ...this.#namespaces.map(({ name }) => name)]);
    return filesIn('/run/netns').filter((name) => !known.has(name));
  }

  /** Processes of the host's name server: those that have its lock open, but for ours. */
  nameServers(): number[] {
    const lock = join(realpathSync(this.directory), 'run/names.lock');
    const isServer = (pid: string) =>
      filesIn(`/proc/${pid}/fd`).some((fd) => targetOf(`/proc/${pid}/fd/${fd}`) === lock);
    const pids = filesIn('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
    return pids.filter(isServer).map(Number);
  }

  /** Ids of sandboxes that have files of their own. */
  nameFiles(): string[] {
    return filesIn(join(this.runDir, 'sandboxes'));
  }

  async records(): Promise<Records> {
    const store = Store.open(this.runDir, this.stateDir);
    try {
      return store.read((tables) => ({
        sandboxes: allSandboxes(tables).map(({ name }) => name),
        names: [...tables.names.getRange({})].map(({ key }) => key),
        cookies: [...tables.cookies.getRange({})].map(({ key }) => key),
        leases: [...tables.leases.getRange({})].flatMap(({ key, value }) =>
          'sandbox' in value ? [addressOf(key[1])] : [],
        ),
        ports: [...tables.ports.getRange({})].map(({ key }) => key),
        linked: [...tables.linkers.getRange({})].map(({ key }) => key),
        aliases: [...tables.aliases.getRange({})].map(({ key }) => key[1].split(' ')[0] ?? ''),
        pooled: [...tables.pooled.getRange({})].map(({ key }) => key[1]),
        segments: [...tables.segments.getRange({})].flatMap(({ key, value }) =>
          key[1] === '' && value === 0 ? [] : [key[1]],
        ),
        networks: [...tables.networkNames.getRange({})].map(({ key }) => key).filter((name) => !isBuiltin(name)),
        definitions: filesIn(join(this.stateDir, 'networks')),
      }));
    } finally {
      await store.close();
    }
  }

  /** Removes the records, as somebody does who cleans up by hand. */
  loseRecords(): void {
    // One that lives on would be in the next one's way until it notices that its lock is gone.
    for (const pid of this.nameServers()) {
      process.kill(pid, 'SIGKILL');
    }
    for (const name of readdirSync(this.runDir)) {
      rmSync(join(this.runDir, name));
    }
  }

  /** Names of links that bear the run directory's mark, beside the default bridge. */
  marked(): string[] {
    return this.links().flatMap(({ ifname, ifalias }) => {
      const mark = parseMark(ifalias);
      return mark && isMarkOf(mark, this.runDir) && ifname !== 'netplumb0' ? [ifname] : [];
    });
  }

  /** Names of the host's ends of pairs, told by their numbers. */
  ends(): string[] {
    return this.links().flatMap(({ ifindex, ifname }) => (ifindex >= 1_000_000 ? [ifname] : []));
  }

  /** The elements of the sets that have something of sandboxes, as nft lists them. */
  elements(): string[] {
    const all = JSON.parse(this.netns.run('nft', '-j', 'list', 'ruleset')) as { nftables: readonly NftObject[] };
    return all.nftables
      .flatMap(({ set, map }) => set ?? map ?? [])
      .filter(({ name }) => /^(host_ports|all_ports|published|direct|links|hairpins)\d$/.test(name))
      .flatMap(({ name, elem = [] }) => elem.map((element) => `${name} ${textOf(element)}`));
  }

  /** Entries by which the host's bridges were told whose an address is. */
  known(): string[] {
    const listed = ['-4', '-6'].flatMap((family) => this.netns.run('ip', family, 'neigh').split('\n'));
    return listed.filter((line) => line.includes('extern_learn'));
  }

  /** Ports that the kernel gives to nobody who does not ask for them. */
  reservedPorts(): string {
    return this.netns.run('cat', '/proc/sys/net/ipv4/ip_local_reserved_ports').trim();
  }

  /** Asserts that nothing is left at all. The name server stays a moment (a second) in case the next sandbox needs it. */
  async expectEmpty(): Promise<void> {
    await this.expectNothingOfSandboxes();
    await expect.poll(() => this.nameServers(), { timeout: 5000 }).toEqual([]);
  }

  /**
   * Asserts that nothing is left of any sandbox, nor of networks that were made. The kernel removes links of a dying
   * namespace behind our back.
   */
  async expectNothingOfSandboxes(): Promise<void> {
    await expect.poll(() => this.ends(), { timeout: 5000 }).toEqual([]);
    expect(this.marked()).toEqual([]);
    expect(this.known()).toEqual([]);
    expect(this.files()).toEqual([]);
    expect(await this.records()).toEqual(nothingOnRecord);
    expect(this.elements()).toEqual([]);
    expect(this.reservedPorts()).toBe('');
    expect(this.nameFiles()).toEqual([]);
  }

  /** Ends everything, also what a test that failed has left. */
  async end(): Promise<void> {
    for (const host of this.#hosts) {
      await host.close();
    }
    for (const process of this.#processes) {
      process.kill('SIGKILL');
    }
    for (const pid of this.nameServers()) {
      killIfThere(pid);
    }
    for (const namespace of [...this.#namespaces, this.netns]) {
      namespace.remove();
    }
    for (const name of this.files()) {
      run('ip', 'netns', 'del', name);
    }
    rmSync(this.directory, { recursive: true });
  }
}

/**
 * `test` with a lab that ends with it. Whatever it is about, it fails when a sandbox is left, on record or in the
 * kernel, and when anything else is: see `holdings`.
 */
export const test = base.extend<{ lab: Lab }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from its first parameter
  lab: async ({}, use) => {
    const before = holdings();
    const lab = new Lab();
    try {
      await use(lab);
      await lab.expectEmpty();
    } finally {
      await lab.end();
    }
    // The kernel removes the links of a dying namespace behind our back.
    await expect.poll(holdings, { timeout: 5000 }).toEqual(before);
  },
});

/** What `ip -j -d …` lists in a sandbox. */
export function ipIn<Item>(sandbox: string, ...args: string[]): Item[] {
  const text = run('ip', '-n', sandbox, '-j', '-d', ...args).trim();
  return text === '' ? [] : (JSON.parse(text) as Item[]);
}

/** What a command prints that is run in a sandbox with a file under /run/netns. */
export function runIn(sandbox: string, command: string, ...args: string[]): string {
  return run('ip', 'netns', 'exec', sandbox, command, ...args);
}

/** Throws unless the address answers the first ping, and before ARP would ask a second time (after one second). */
export function ping(sandbox: string, address: string): void {
  runIn(sandbox, 'ping', '-q', '-c', '1', '-W', '0.9', address);
}

/** The same without the clocks of a bridge, which never stand still, and without what its ports' hardware can do. */
export function withoutClocks<Value>(value: Value): Value {
  const isFleeting = (key: string) => key.endsWith('_timer') || key === 'tso_max_size';
  return JSON.parse(JSON.stringify(value, (key, member) => (isFleeting(key) ? undefined : member)));
}

/** An endpoint with an end on the host, and a way out of the sandbox. */
export interface PairedEndpoint extends NonNullable<Attached['endpoint']> {
  readonly hostInterface: string;
  readonly hostIndex: number;
  readonly gateway: string;
}

/** The endpoint of what was attached to a bridge. */
export function endpointOf({ endpoint }: Pick<Attached, 'endpoint'>): PairedEndpoint {
  if (!endpoint?.hostInterface) {
    throw new Error('the sandbox has no endpoint with an end on the host');
  }
  return endpoint as PairedEndpoint;
}

/** Matches an error by its code, and its message if given. */
export function failure(code: string, message: RegExp = /./): unknown {
  return expect.objectContaining({ name: 'NetplumbError', code, message: expect.stringMatching(message) });
}

/** As a machine's: with a loopback that is up. */
function hostNetns(): TestNetns {
  const netns = new TestNetns();
  netns.run('ip', 'link', 'set', 'lo', 'up');
  return netns;
}

/** `tcp . 8080 : 172.17.0.2 . 80` */
function textOf(element: unknown): string {
  const [key, value] = Array.isArray(element) ? element : [element];
  const part = (one: unknown) => {
    const { concat = [one] } = one as { concat?: readonly unknown[] };
    return concat.join(' . ');
  };
  return value === undefined ? part(key) : `${part(key)} : ${part(value)}`;
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** Nothing when it has gone meanwhile. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
