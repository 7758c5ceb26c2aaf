import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { run } from '../../support/netns.js';
import { type Lab, test } from './lab.js';

/** Two bridges and one without. */
const networks = ['bridge', 'web', 'far'];

/** Programs, and how many sandboxes each of them attaches. */
const programs = 8;
const each = 250;

const program = fileURLToPath(new URL('storm-child.mjs', import.meta.url));

/** What a sandbox had, and when. */
interface Holding {
  readonly name: string;
  readonly from: number;
  readonly until: number;
  readonly endpoint?: {
    readonly interface: string;
    readonly address: string;
    readonly address6?: string;
    readonly macAddress: string;
    readonly hostIndex: number;
    readonly hostInterface: string;
  };
}

interface Storm {
  readonly child: ChildProcess;
  readonly holdings: Holding[];
  readonly problems: string[];
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<unknown>;
}

async function storm(lab: Lab, id: number, count: number): Promise<Storm> {
  const options = JSON.stringify({ netns: lab.netns.path, ...lab.directories() });
  const command = [program, options, `${id}`, `${count}`, lab.namespace().path, JSON.stringify(networks)];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
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

/** Of a sandbox that is in several networks, the one that it was attached with. */
function isFirst({ endpoint }: Holding): boolean {
  return endpoint === undefined || endpoint.interface === 'eth0';
}

/** Asserts that no two sandboxes had the same at the same time. */
function expectApart(holdings: readonly Holding[], what: (holding: Holding) => string | number | undefined): void {
  const last = new Map<string | number, Holding>();
  for (const holding of [...holdings].sort((one, other) => one.from - other.from)) {
    const key = what(holding);
    const before = key === undefined ? undefined : last.get(key);
    expect(before === undefined || before.until <= holding.from, `${key}: ${before?.name} and ${holding.name}`).toBe(
      true,
    );
    if (key !== undefined) {
      last.set(key, holding);
    }
  }
}

describe('eight programs on one host', () => {
  test('never give out anything twice and get along without waiting for the dead', { timeout: 300_000 }, async ({
    lab,
  }) => {
    // Small enough for addresses to come round.
    const host = await lab.open({ bip: '10.1.0.1/24' });
    await host.networks.create({ name: 'web', subnet: ['10.2.0.0/24', 'fd00:2::/64'], ipv6: true });
    await host.networks.create({ name: 'far', driver: 'ptp', subnet: '10.3.0.0/24' });
    await host.attach({ create: true, name: 'bystander', ip: '10.1.0.2' });
    const numbers = Array.from({ length: programs }, (_, i) => i + 1);
    const storms = await Promise.all(numbers.map((id) => storm(lab, id, each)));
    const [victim] = storms;
    await expect.poll(() => victim?.holdings.length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(80);
    victim?.child.kill('SIGKILL');
    // Meanwhile somebody keeps clearing up.
    const isOver = Promise.all(storms.map(({ ended }) => ended));
    const problems: string[] = [];
    for (let open = true; open; ) {
      problems.push(...(await host.gc()).errors.map(String));
      open = await Promise.race([
        isOver.then(() => false),
        new Promise<boolean>((resolve) => setImmediate(resolve, true)),
      ]);
    }
    expect(await isOver).toEqual(['SIGKILL', ...numbers.slice(1).map(() => 0)]);
    expect([...problems, ...storms.flatMap((one) => one.problems)]).toEqual([]);

    const holdings = storms.flatMap((one) => one.holdings);
    expect(holdings.length).toBeGreaterThan((programs - 1) * each);
    expectApart(holdings, ({ endpoint }) => endpoint?.address);
    expectApart(holdings, ({ endpoint }) => endpoint?.address6);
    expectApart(holdings, ({ endpoint }) => endpoint?.macAddress);
    expectApart(holdings, ({ endpoint }) => endpoint?.hostInterface);
    expectApart(holdings.filter(isFirst), ({ name }) => name);
    const indexes = holdings.flatMap(({ endpoint }) => endpoint?.hostIndex ?? []);
    expect(new Set(indexes).size).toBe(indexes.length);

    // Whatever the victim had finished is alive, as far as anyone can tell; the rest is gone.
    expect((await host.gc()).errors).toEqual([]);
    const left = host.sandboxes().filter(({ name }) => name !== 'bystander');
    expect(left.filter(({ state, name }) => state !== 'ready' || !/^(storm|own)-1-/.test(name))).toEqual([]);
    const gateways = new Map((await host.networks.list()).map(({ id, subnets }) => [id, subnets[0]?.gateway]));
    for (const { endpoints, netns } of left) {
      for (const { network } of netns === undefined ? [] : endpoints) {
        run('nsenter', `--net=${netns}`, 'ping', '-q', '-c', '1', '-W', '2', gateways.get(network) ?? '');
      }
    }
    expect(await host.detachAll(left.map(({ id }) => id))).toEqual(left.map(() => ({})));
    await host.detach('bystander');
    for (const { name, endpoints } of await host.networks.list()) {
      expect([name, endpoints]).toEqual([name, []]);
    }
    await host.networks.prune();
  });
});
