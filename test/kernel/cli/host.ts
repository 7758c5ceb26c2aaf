import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Attached } from '../../../src/endpoint/index.js';
import { openHost, type Sandbox } from '../../../src/host/index.js';
import { TestNetns } from '../../support/netns.js';

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** To be called through at a terminal of its own: script(1) passes on what it reads and returns the exit status. */
export const terminal: readonly string[] = [
  'env',
  'SHELL=/bin/bash',
  'bash',
  '-c',
  'exec script --quiet --return --flush --command "$(printf "%q " "$@")" /dev/null',
  'bash',
];

/** What a call of the program came to. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to call it otherwise than usual. */
export interface Calling {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** A program with its arguments that calls it. */
  readonly through?: readonly string[];
}

/**
 * A host to throw away: a network namespace from which `netplumb` is called, a run and a state directory. At its end it
 * makes sure that nothing is left of what was detached.
 */
export class TestHost implements Disposable {
  readonly netns = new TestNetns();
  readonly runDir = mkdtempSync('/run/netplumb-');
  readonly stateDir = mkdtempSync('/run/netplumb-state-');
  readonly #others = readdirSync('/run/netns');
  readonly #processes: ChildProcess[] = [];

  /** Calls it and waits for its end. */
  call(args: readonly string[], { env, input, cwd, through = [] }: Calling = {}): Result {
    const [program, ...rest] = this.#command(args, through);
    const { status, stdout, stderr } = spawnSync(program, rest, {
      encoding: 'utf8',
      env: { ...this.#environment(), ...env },
      ...(input !== undefined && { input }),
      ...(cwd !== undefined && { cwd }),
    });
    return { status, stdout, stderr };
  }

  /** What it prints when it succeeds. */
  netplumb(...args: string[]): string {
    const { status, stdout, stderr } = this.call(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout;
  }

  /** What `attach` tells of the endpoint. */
  attach(...args: string[]): Attached {
    return JSON.parse(this.netplumb('attach', '--json', ...args)) as Attached;
  }

  /** What `ls` tells. */
  list(): Sandbox[] {
    return JSON.parse(this.netplumb('ls', '--json')) as Sandbox[];
  }

  /** Calls it without waiting. */
  start(args: readonly string[], { through = [] }: Pick<Calling, 'through'> = {}): Started {
    const [program, ...rest] = this.#command(args, through);
    const child = spawn(program, rest, { env: this.#environment() });
    this.#processes.push(child);
    return new Started(child);
  }

  /** A process in a network namespace of its own, started by someone else. */
  async startElsewhere(): Promise<ChildProcess & { readonly pid: number }> {
    const child = spawn('unshare', ['--net', 'sleep', '600'], { stdio: 'ignore' });
    this.#processes.push(child);
    const own = readlinkSync('/proc/self/ns/net');
    await expect.poll(() => readlinkSync(`/proc/${child.pid}/ns/net`)).not.toBe(own);
    return child as ChildProcess & { readonly pid: number };
  }

  /** Names of the links that are left in the host's namespace, but for the loopback. */
  links(): string[] {
    return this.netns.ip<{ ifname: string }>('link').flatMap(({ ifname }) => (ifname === 'lo' ? [] : ifname));
  }

  /** Makes sure that nothing is there but the bridge that sandboxes had joined. */
  async expectNothing(...bridges: string[]): Promise<void> {
    await using host = await openHost({ netns: this.netns.path, runDir: this.runDir, stateDir: this.stateDir });
    expect(host.sandboxes()).toEqual([]);
    expect(readdirSync('/run/netns')).toEqual(this.#others);
    // The kernel removes what a dying namespace held behind our back.
    await expect.poll(() => this.links(), { timeout: 5000 }).toEqual(bridges);
  }

  [Symbol.dispose](): void {
    for (const child of this.#processes) {
      child.kill('SIGKILL');
    }
    // What a test left that has failed must not fail the others.
    for (const name of readdirSync('/run/netns').filter((one) => !this.#others.includes(one))) {
      spawnSync('ip', ['netns', 'del', name]);
    }
    this.netns.remove();
    // The name server, too, may have something to write there before it ends.
    for (const directory of [this.runDir, this.stateDir]) {
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, NETPLUMB_RUN_DIR: this.runDir, NETPLUMB_STATE_DIR: this.stateDir };
  }

  #command(args: readonly string[], through: readonly string[]): [string, ...string[]] {
    return ['nsenter', `--net=${this.netns.path}`, ...through, process.execPath, main, ...args];
  }
}

/** A call under way. */
export class Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    child.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (status, signal) => resolve({ status, signal }));
    });
  }

  /** Of the program: nsenter has become it. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Until it has printed this. */
  async printed(text: string): Promise<void> {
    await expect.poll(() => this.stdout, { timeout: 20_000 }).toContain(text);
  }
}

/** Whether a process of that number lives. */
export function lives(pid: number): boolean {
  return existsSync(`/proc/${pid}/ns/net`);
}
