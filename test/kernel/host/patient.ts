import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { examineHost, type Finding, type FindingId } from '../../../src/host/index.js';
import { type Host, openHost } from '../../../src/index.js';
import { holdings } from '../../support/leaks.js';
import { run, TestNetns } from '../../support/netns.js';

/** A host to throw away, looked at by doctor. */
export class Patient {
  readonly netns = new TestNetns();
  readonly directory = mkdtempSync(join(tmpdir(), 'netplumb-doctor-'));
  readonly runDir = join(this.directory, 'run');
  readonly stateDir = join(this.directory, 'state');
  readonly #mounts: string[] = [];
  readonly #names = readdirSync('/run/netns');

  open(runDir = this.runDir): Promise<Host> {
    return openHost({ netns: this.netns.path, runDir, stateDir: this.stateDir });
  }

  examine(): Promise<Finding[]> {
    return examineHost({ netns: this.netns.path, runDir: this.runDir, stateDir: this.stateDir });
  }

  /** What doctor says of these things. */
  async findings(id: FindingId): Promise<Finding[]> {
    return (await this.examine()).filter((finding) => finding.id === id);
  }

  /** The only thing it says of it. */
  async finding(id: FindingId): Promise<Finding> {
    const [first, ...others] = await this.findings(id);
    expect(others).toEqual([]);
    expect(first).toBeDefined();
    return first as Finding;
  }

  /** Sets a parameter below /proc/sys/net. */
  set(parameter: string, value: string): void {
    this.netns.run('sh', '-c', `echo ${value} > /proc/sys/net/${parameter}`);
  }

  mount(path: string, options: string): void {
    mkdirSync(path, { recursive: true });
    run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', path);
    this.#mounts.push(path);
  }

  /** Has a program be one that cannot be run; in the tests' own mount namespace. */
  hide(path: string): void {
    run('mount', '--bind', '/dev/null', path);
    this.#mounts.push(path);
  }

  /** All that doctor may not change. */
  state(): string {
    const parameters =
      'cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/*/forwarding /proc/sys/net/ipv4/conf/*/rp_filter';
    return [
      this.netns.run('ip', 'link'),
      this.netns.run('ip', 'address'),
      this.netns.run('ip', 'route', 'show', 'table', 'all'),
      this.netns.run('nft', 'list', 'ruleset'),
      this.netns.run('sh', '-c', parameters),
      ...listing(this.directory),
    ].join('\n');
  }

  end(): void {
    for (const path of this.#mounts) {
      run('umount', path);
    }
    this.netns.remove();
    // What a test that failed has left must not fail the others.
    for (const name of readdirSync('/run/netns').filter((one) => !this.#names.includes(one))) {
      run('ip', 'netns', 'del', name);
    }
    rmSync(this.directory, { recursive: true });
  }
}

function listing(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
}

/** `test` with a host that ends with it; fails when anything is left. */
export const test = base.extend<{ patient: Patient }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from its first parameter
  patient: async ({}, use) => {
    const before = holdings();
    const patient = new Patient();
    try {
      await use(patient);
    } finally {
      patient.end();
    }
    await expect.poll(holdings, { timeout: 5000 }).toEqual(before);
  },
});

/** Whether it works. */
export function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
