/**
 * One trial of `scale.ts`: COUNT sandboxes, in order of their attach spread over NETWORKS networks; what each took, what our process
 * keeps of them in memory, and how many pages of the store they fill. Prints one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/scale.ts COUNT NETWORKS
 */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { getHeapSnapshot, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Attached, openHost } from 'netplumb';
import { makeSandboxes } from '../lib/floor.js';
import { pagesInUse, type StorePages } from '../lib/store-pages.js';

/** Bytes, after garbage was collected. */
interface Memory {
  /** Of JavaScript's objects. */
  readonly heap: number;
  /** Of buffers and what else C++ holds for them. */
  readonly external: number;
  /** What the process occupies without the pages of files, which the store's are. */
  readonly anonymous: number;
}

export interface ScaleTrial {
  readonly count: number;
  readonly networks: number;
  readonly total_ms: number;
  /** Of each, in order, without waiting for those before it. */
  readonly each_us: readonly number[];
  readonly memory: { readonly before: Memory; readonly after: Memory };
  readonly store: { readonly before: StorePages; readonly after: StorePages };
  readonly detach_ms: number;
}

const count = Number(process.argv[2]);
const networks = Number(process.argv[3]);
/** Called often enough that what is attached is not what makes code be compiled and tables grow. */
const warmUps = 300;
/** So many are asked for at once: what the caller holds of them is his. */
const atOnce = 500;
/** Steps of an attach that are not the endpoint's own. */
const shared = new Set(['queue', 'state']);
const runDir = '/run/netplumb';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: object) => void;
makeSandboxes(count);
await using host = await openHost({ runDir, stateDir: '/run/netplumb-state' });
for (let i = 0; i < networks; i++) {
  await host.networks.create({ name: `wide${i}`, subnet: subnetOf(i), options: { 'netplumb.dns': 'false' } });
}
const names = Array.from({ length: count }, (_, i) => `s${i}`);
const each = new Float64Array(count);
await warmUp();

const before = { memory: await memory(), store: pagesInUse(runDir) };
const started = performance.now();
for (let i = 0; i < count; i += atOnce) {
  await attachSome(i, Math.min(count, i + atOnce));
}
const total = performance.now() - started;
const after = { memory: await memory(), store: pagesInUse(runDir) };
const detachStarted = performance.now();
for (const { error } of await host.detachAll(names)) {
  if (error) {
    throw error;
  }
}
const trial: ScaleTrial = {
  count,
  networks,
  total_ms: total,
  each_us: Array.from(each, Math.round),
  memory: { before: before.memory, after: after.memory },
  store: { before: before.store, after: after.store },
  detach_ms: performance.now() - detachStarted,
};
process.stdout.write(`${JSON.stringify(trial)}\n`);

/** Half of a /16 for each of up to ten, or for one as much as there is room for 65534. */
function subnetOf(i: number): string {
  return `10.${64 + i}.0.0/16`;
}

function specOf(i: number) {
  return { netns: `/run/netns/s${i}`, name: `s${i}`, network: `wide${Math.floor((i * networks) / count)}` };
}

async function warmUp(): Promise<void> {
  const some = Array.from({ length: Math.min(count, warmUps) }, (_, i) => i);
  for (let round = 0; round < 2; round++) {
    await host.attachAll(some.map(specOf));
    await host.detachAll(some.map((i) => `s${i}`));
  }
}

async function attachSome(from: number, to: number): Promise<void> {
  const specs = Array.from({ length: to - from }, (_, i) => specOf(from + i));
  for (const [i, { attached, error }] of (await host.attachAll(specs)).entries()) {
    if (error) {
      throw error;
    }
    each[from + i] = ownMicroseconds(attached);
  }
}

function ownMicroseconds({ microseconds }: Attached): number {
  return Object.entries(microseconds).reduce((sum, [step, time]) => (shared.has(step) ? sum : sum + time), 0);
}

/**
 * The least of several moments: what V8 and the allocator hold ready for others they give back little by little. A snapshot of the heap
 * is taken before: collecting alone leaves megabytes that no snapshot knows anything of.
 */
async function memory(): Promise<Memory> {
  const found: Memory[] = [];
  for await (const _ of getHeapSnapshot()) {
    // To nowhere.
  }
  for (let i = 0; i < 15; i++) {
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await setTimeout(200);
    const { heapUsed, external } = process.memoryUsage();
    const anonymous = Number(/^RssAnon:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
    found.push({ heap: heapUsed, external, anonymous });
  }
  const least = (kind: keyof Memory) => Math.min(...found.map((one) => one[kind]));
  return { heap: least('heap'), external: least('external'), anonymous: least('anonymous') };
}
