/**
 * What `npm start` shows: five sandboxes on a bridge, made, measured, pinging each other and their gateway, and gone
 * again. Runs in namespaces that end with it (scripts/throwaway), so that nothing of the machine's own network is touched.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Attached, openHost } from '../src/index.js';
import { Connection, type Link, listLinks } from '../src/netlink/index.js';

const count = 5;
const steps = ['namespace', 'identity', 'link', 'mark', 'address', 'port', 'ready'] as const;

const run = promisify(execFile);

if (process.env.NETPLUMB_THROWAWAY !== 'yes') {
  throw new Error(
    'this would change the network of the machine itself: run it by npm start, or under scripts/throwaway',
  );
}

await using host = await openHost({ runDir: '/run/netplumb' });

const results = await host.attachAll(Array.from({ length: count }, (_, i) => ({ create: true, name: `demo${i + 1}` })));
const sandboxes = results.map(({ attached, error }) => {
  if (error) {
    throw error;
  }
  return attached;
});

console.log(`${count} sandboxes on bridge netplumb0; microseconds of each step:\n`);
print([['NAME', 'ADDRESS', 'MAC ADDRESS', ...steps.map((step) => step.toUpperCase()), 'TOTAL'], ...sandboxes.map(row)]);

console.log('\nEach pings the next one and the gateway:\n');
await Promise.all(sandboxes.map((sandbox, i) => ping(sandbox, sandboxes[(i + 1) % count] as Attached)));

const removed = await host.detachAll(sandboxes.map(({ sandbox }) => sandbox));
for (const { error } of removed) {
  if (error) {
    throw error;
  }
}
await using connection = await Connection.open();
const left = (await connection.list<Link>(listLinks())).filter(({ name }) => name.startsWith('veth'));
const files = readdirSync('/run/netns');
console.log(
  `\nDetached. Left: ${left.length} veth pairs, ${files.length} namespaces, ${host.sandboxes().length} records.`,
);
if (left.length + files.length + host.sandboxes().length > 0) {
  process.exitCode = 1;
}

function row({ name, endpoint, microseconds }: Attached): string[] {
  const times = steps.map((step) => microseconds[step] ?? 0);
  const total = times.reduce((sum, time) => sum + time, 0);
  return [
    name,
    endpoint?.address ?? '',
    endpoint?.macAddress ?? '',
    ...[...times, total].map((time) => time.toFixed(0)),
  ];
}

async function ping(from: Attached, to: Attached): Promise<void> {
  for (const address of [to.endpoint?.address ?? '', from.endpoint?.gateway ?? '']) {
    const { stdout } = await run('ip', ['netns', 'exec', from.name, 'ping', '-c', '1', '-W', '2', address]);
    console.log(`  ${from.name} → ${address.padEnd(12)} ${/time=[\d.]+ ms/.exec(stdout)?.[0] ?? stdout}`);
  }
}

/** Columns of text, the first three to the left, numbers to the right. */
function print(rows: readonly string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  for (const cells of rows) {
    const padded = cells.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    console.log(`  ${padded.join('  ')}`.trimEnd());
  }
}
