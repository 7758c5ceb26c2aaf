import { spawn } from 'node:child_process';
import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Attached, Host } from '../../../src/index.js';
import { NameService } from '../../../src/naming/dns/service.js';
import { type NetworkRecord, Store } from '../../../src/store/index.js';
import { test as base, type Lab, runIn } from '../host/lab.js';

const program = fileURLToPath(new URL('server-clients.py', import.meta.url));

/** A host with a network whose sandboxes have names, and what a process that attaches them knows of the name server. */
export class NameLab {
  readonly lab: Lab;
  host: Host;
  readonly store: Store;
  readonly #services: NameService[] = [];

  constructor(lab: Lab, host: Host) {
    this.lab = lab;
    this.host = host;
    this.store = Store.open(lab.runDir, lab.stateDir);
  }

  /** As another process would have it. Closed with the lab. */
  service({ netns = this.lab.netns.path, ...defaults }: { netns?: string; dns?: readonly string[] } = {}): NameService {
    const { store, lab } = this;
    const service = new NameService({ store, stateDir: lab.stateDir, netns, defaults });
    this.#services.push(service);
    return service;
  }

  /** The host again: until then nobody lives who has needed the server, unless a service of the test's does. */
  async reopen(whileClosed: () => Promise<unknown>): Promise<void> {
    await this.host.close();
    await whileClosed();
    this.host = await this.lab.open();
  }

  async network(name: string, subnet: string, options: { readonly internal?: boolean } = {}): Promise<NetworkRecord> {
    const { id } = await this.host.networks.create({ name, subnet, ...options });
    return this.store.read(({ networks }) => networks.get(id)) as NetworkRecord;
  }

  /** Sandboxes with files under /run/netns of these names. */
  async attach(network: string, ...names: string[]): Promise<Attached[]> {
    const results = await this.host.attachAll(names.map((name) => ({ name, network, create: true })));
    return results.map(({ attached, error }) => {
      if (error) {
        throw error;
      }
      return attached;
    });
  }

  /** Whether someone may rely on the server for that network. */
  isSure(service: NameService, network: NetworkRecord): boolean {
    return this.store.transaction((tables) => service.isSure(tables, network));
  }

  /** The process that has the lock; undefined if there is none. */
  server(): number | undefined {
    const servers = this.servers();
    expect(servers.length).toBeLessThan(2);
    return servers[0];
  }

  servers(): number[] {
    const lock = join(realpathSync(this.lab.runDir), 'names.lock');
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && linkOf(`/proc/${name}/fd/3`) === lock)
      .map(Number);
  }

  /** That of now, which there must be. */
  running(): number {
    const pid = this.server();
    expect(pid).toBeGreaterThan(0);
    return pid ?? 0;
  }

  /** Until there is none. */
  async expectNone(): Promise<void> {
    await expect.poll(() => this.servers(), { timeout: 10_000 }).toEqual([]);
    expect(readdirSync(this.lab.runDir)).not.toContain('names.sock');
    expect(this.store.read(({ counters }) => counters.get('names'))).toBeUndefined();
  }

  async end(): Promise<void> {
    for (const service of this.#services) {
      await service.close();
    }
    // Who lives and has needed the server would start it again.
    await this.host.close();
    for (const pid of this.servers()) {
      process.kill(pid, 'SIGKILL');
    }
    await expect.poll(() => this.servers(), { timeout: 5000 }).toEqual([]);
    await this.store.close();
  }
}

/** `test` with such a host. No sandbox and no server may be left at its end. */
export const test = base.extend<{ names: NameLab }>({
  names: async ({ lab }, use) => {
    const names = new NameLab(lab, await lab.open());
    try {
      await use(names);
      const left = await names.host.networks.list();
      for (const { name } of left.filter(({ driver }) => driver === 'bridge')) {
        if (name !== 'bridge') {
          await names.host.networks.remove(name);
        }
      }
      await names.expectNone();
    } catch (error) {
      // What is left of a test that has failed must not fail the next, nor live on.
      await names.host.detachAll(names.host.sandboxes().map(({ id }) => id));
      await names.end();
      await lab.end();
      throw error;
    }
    await names.end();
  },
});

/** What dig prints in a sandbox, line by line. It asks once, and waits for two seconds. */
export function dig(sandbox: string, ...args: string[]): string[] {
  const text = runIn(sandbox, 'dig', '+time=2', '+tries=1', '+short', ...args);
  return text.split('\n').filter((line) => line !== '');
}

/** A client in a sandbox that does what dig does not: see server-clients.py. Resolves to what it prints. */
export function client(sandbox: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('ip', ['netns', 'exec', sandbox, 'python3', program, ...args]);
    const parts: string[] = [];
    child.stdout.on('data', (data) => parts.push(String(data)));
    child.stderr.on('data', (data) => parts.push(String(data)));
    child.on('error', reject);
    child.on('close', () => resolve(parts.join('').trim()));
  });
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
