/**
 * One of several programs that attach, connect, disconnect and detach at random on one host. Arguments: the host's options as
 * JSON, a number that tells it from the others, how many sandboxes, file of a namespace of its own, names of networks as JSON.
 * Prints a line of JSON for what it did: what each sandbox had, and from when to when (milliseconds since 1970) it certainly
 * had it.
 */
import { closeSync, existsSync, openSync } from 'node:fs';
import { openHost } from '../../../dist/index.js';

const [options = '', id = '', count = '', netns = '', shared = '[]'] = process.argv.slice(2);
/** @type {string[]} */
const networks = JSON.parse(shared);
const host = await openHost(JSON.parse(options));
const fd = openSync(netns, 'r');

/**
 * @typedef {{ name: string, from: number, endpoint?: import('../../../dist/index.js').Attached['endpoint'] }} Holding
 * @type {Map<string, Holding[]>}
 */
const attached = new Map();

const now = () => performance.timeOrigin + performance.now();
/** @param {number} below */
const random = (below) => Math.floor(Math.random() * below);
/** @param {object} line */
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/**
 * @param {number} i
 * @returns {import('../../../dist/index.js').AttachSpec}
 */
function spec(i) {
  // One namespace can only be in one sandbox at a time.
  const isOwnFree = ![...attached.values()].some(([first]) => first?.name.startsWith(`own-${id}`));
  const kind = random(isOwnFree ? 6 : 4);
  if (kind >= 4) {
    return { name: `own-${id}-${i}`, ...(kind === 4 ? { fd } : { netns }) };
  }
  const name = `storm-${id}-${i}`;
  if (kind === 3) {
    return { name, network: 'host' };
  }
  return { name, create: true, network: kind === 2 ? 'none' : anyNetwork() };
}

/** @param {import('../../../dist/index.js').AttachSpec} spec */
async function attach(spec) {
  const { sandbox, name, netns: file, endpoint } = await host.attach(spec);
  attached.set(sandbox, [{ name, from: now(), endpoint }]);
  if (file?.startsWith('/run/netns/') && !existsSync(file)) {
    say({ problem: `${file} is gone while ${name} lives` });
  }
}

const anyNetwork = () => networks[random(networks.length)] ?? 'bridge';

/**
 * Connects it to one more network, and perhaps takes it out again.
 * @param {string} sandbox
 */
async function connect(sandbox) {
  const [first] = attached.get(sandbox) ?? [];
  const own = host.inspect(sandbox).endpoints.map((endpoint) => endpoint.network);
  const network = anyNetwork();
  const { id: networkId } = await host.networks.inspect(network);
  if (!first || own.includes(networkId)) {
    return;
  }
  const endpoint = await host.networks.connect(network, sandbox, { gatewayPriority: random(3) - 1 });
  const holding = { name: first.name, from: now(), endpoint };
  if (random(2) === 0) {
    attached.get(sandbox)?.push(holding);
    return;
  }
  const until = now();
  await host.networks.disconnect(network, sandbox);
  say({ ...holding, until });
}

/** @param {string[]} sandboxes */
async function detach(sandboxes) {
  // Nobody else detaches them, and gc is not to.
  const alive = new Set(host.sandboxes().map(({ id }) => id));
  const until = now();
  for (const sandbox of sandboxes.filter((one) => !alive.has(one))) {
    say({ problem: `${attached.get(sandbox)?.[0]?.name} was removed while it was in use` });
  }
  for (const sandbox of sandboxes) {
    for (const holding of attached.get(sandbox) ?? []) {
      say({ ...holding, until });
    }
    attached.delete(sandbox);
  }
  for (const { error } of await host.detachAll(sandboxes)) {
    if (error) {
      say({ problem: String(error) });
    }
  }
}

process.stdout.write('"ready"\n');
for (let i = 0; i < Number(count); ) {
  const burst = Math.min(1 + random(12), Number(count) - i);
  // The own namespace's sandbox is only known once it is attached: the first alone.
  await attach(spec(i));
  const others = Array.from({ length: burst - 1 }, (_, k) => i + k + 1);
  await Promise.all(others.map((k) => attach({ create: true, name: `storm-${id}-${k}`, network: anyNetwork() })));
  i += burst;
  const made = [...attached].filter(([, [first]]) => first?.name.startsWith('storm-') && first.endpoint);
  await Promise.all(made.filter(() => random(4) === 0).map(([sandbox]) => connect(sandbox)));
  const ids = [...attached.keys()];
  await detach(ids.filter(() => random(2) === 0));
  if (random(8) === 0) {
    const { errors } = await host.gc();
    for (const error of errors) {
      say({ problem: `gc: ${error}` });
    }
  }
}
await detach([...attached.keys()]);
closeSync(fd);
await host.close();
