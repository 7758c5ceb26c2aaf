import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { Lab } from '../host/lab.js';
import { ping, test } from '../host/lab.js';

/** Programs, and how many sandboxes each of them takes. */
const programs = 4;
const each = 100;

const program = fileURLToPath(new URL('storm-child.mjs', import.meta.url));

/** What a sandbox had, and when. */
interface Holding {
  readonly sandbox: string;
  readonly name: string;
  readonly from: number;
  readonly until: number;
  readonly source: 'pool' | 'built';
  readonly endpoint: { readonly address: string; readonly hostIndex: number };
}

interface Storm {
  readonly child: ChildProcess;
  readonly holdings: Holding[];
  readonly problems: string[];
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<unknown>;
}

async function storm(lab: Lab, id: number): Promise<Storm> {
  const options = JSON.stringify({ netns: lab.netns.path, ...lab.directories() });
  const child = spawn(process.execPath, [program, options, `${id}`, `${each}`, 'web'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const holdings: Holding[] = [];
  const problems: string[] = [];
  const lines = createInterface(child.stdout as Readable);
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(([[status, signal]]) => status ?? signal);
  await once(lines, 'line');
  lines.on('line', (line) => {
    const said = JSON.parse(line);
    (said.problem === undefined ? holdings : problems).push(said.problem ?? said);
  });
  return { child, holdings, problems, ended };
}

describe('several programs that take out of one pool', () => {
  test('never get the same, also when one of them is killed', { timeout: 600_000 }, async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.10.0.0/22', options: { 'netplumb.dns': 'false' } });
    const numbers = Array.from({ length: programs }, (_, i) => i + 1);
    const storms = await Promise.all(numbers.map((id) => storm(lab, id)));
    const [victim] = storms;
    await expect.poll(() => victim?.holdings.length, { timeout: 120_000, interval: 5 }).toBeGreaterThan(20);
    victim?.child.kill('SIGKILL');
    const statuses = await Promise.all(storms.map(({ ended }) => ended));
    expect(statuses).toEqual(['SIGKILL', ...numbers.slice(1).map(() => 0)]);
    expect(storms.flatMap(({ problems }) => problems)).toEqual([]);

    const holdings = storms.flatMap((one) => one.holdings).filter(({ sandbox }) => sandbox);
    expect(holdings.length).toBeGreaterThanOrEqual((programs - 1) * each);
    expect(holdings.some(({ source }) => source === 'pool')).toBe(true);
    // A sandbox is given out once, whoever asks.
    expect(new Set(holdings.map(({ sandbox }) => sandbox)).size).toBe(holdings.length);
    expect(new Set(holdings.map(({ endpoint }) => endpoint.hostIndex)).size).toBe(holdings.length);
    const last = new Map<string, Holding>();
    for (const holding of [...holdings].sort((one, other) => one.from - other.from)) {
      const before = last.get(holding.endpoint.address);
      expect(before === undefined || before.until <= holding.from, holding.endpoint.address).toBe(true);
      last.set(holding.endpoint.address, holding);
    }

    // What the victim had taken is alive, as far as anyone can tell; what it had built ahead goes.
    expect((await host.gc()).errors).toEqual([]);
    expect(host.pools()).toEqual([]);
    const left = host.sandboxes();
    expect(left.filter(({ state }) => state !== 'ready')).toEqual([]);
    for (const { netns, endpoint } of left) {
      ping(netns?.split('/').at(-1) ?? '', endpoint?.gateway ?? '');
    }
    expect(await host.detachAll(left.map(({ id }) => id))).toEqual(left.map(() => ({})));
    await host.networks.remove('web');
  });
});
