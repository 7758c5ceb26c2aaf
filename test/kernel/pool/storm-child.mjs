/**
 * One of several programs that take out of one pool, and fill and drain it, at random. Arguments: the host's options as JSON, a number that
 * tells it from the others, how many sandboxes to take, a network. Prints a line of JSON for what it did: what each sandbox had, and from
 * when to when (milliseconds since 1970) it certainly had it.
 */
import { existsSync } from 'node:fs';
import { openHost } from '../../../dist/index.js';

const [options = '', id = '', count = '', network = ''] = process.argv.slice(2);
const host = await openHost(JSON.parse(options));
const pool = host.pool(network, { size: 24, refill: 12 });

const now = () => performance.timeOrigin + performance.now();
/** @param {number} below */
const random = (below) => Math.floor(Math.random() * below);
/** @param {object} line */
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** @type {Map<string, { name: string, from: number, source: string, endpoint?: import('../../../dist/index.js').Attached['endpoint'] }>} */
const taken = new Map();

/** @param {number} i */
async function take(i) {
  const kind = random(4);
  const publish = kind === 0 ? { publish: ['80'] } : {};
  const { sandbox, name, netns, endpoint, source } = await pool.take({
    ...(kind > 0 && { name: `storm-${id}-${i}` }),
    ...publish,
  });
  taken.set(sandbox, { name, from: now(), source, endpoint });
  if (netns === undefined || !existsSync(netns)) {
    say({ problem: `${netns} is gone while ${name} lives` });
  }
}

/** @param {string[]} sandboxes */
async function detach(sandboxes) {
  // Nobody else detaches them, and neither gc nor who drains is to.
  const alive = new Set(host.sandboxes().map((one) => one.id));
  const until = now();
  for (const sandbox of sandboxes) {
    const holding = taken.get(sandbox);
    say(alive.has(sandbox) ? { ...holding, sandbox, until } : { problem: `${holding?.name} was removed while in use` });
    taken.delete(sandbox);
  }
  for (const { error } of await host.detachAll(sandboxes)) {
    if (error) {
      say({ problem: String(error) });
    }
  }
}

say({ ready: true });
for (let i = 0; i < Number(count); ) {
  const burst = Math.min(1 + random(8), Number(count) - i);
  await Promise.all(Array.from({ length: burst }, (_, k) => take(i + k)));
  i += burst;
  const ids = [...taken.keys()];
  await detach(ids.filter(() => random(2) === 0));
  const next = random(12);
  if (next === 0) {
    await pool.fill();
  } else if (next === 1) {
    await pool.drain();
  } else if (next === 2) {
    for (const error of (await host.gc()).errors) {
      say({ problem: `gc: ${error}` });
    }
  }
}
await detach([...taken.keys()]);
await host.close();
