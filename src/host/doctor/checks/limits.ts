import { type Facts, isProblem, type MachineFacts, type NeighbourTable, type RecordFacts } from '../facts.js';
import { type Finding, finding, ok } from '../finding.js';
import { checkNamespaces, checkRoom } from './room.js';

/** Tables and counters of the kernel that fill up. */
export function checkLimits({ machine, namespace, records }: Facts): Finding[] {
  const known = records && !isProblem(records) ? records : undefined;
  return [
    ...checkNeighbours('ipv4', machine, known),
    ...checkNeighbours('ipv6', machine, known),
    ...checkThreads(machine),
    ...checkRoom(machine),
    ...checkNamespaces(machine, known),
    ...(isProblem(namespace) ? [] : checkConntrack(namespace.sysctls)),
  ];
}

/** An endpoint and the host each keep an entry for the other, in one table (net/core/neighbour.c, neigh_alloc). */
const entriesOfEndpoint = 2;

function checkNeighbours(
  family: 'ipv4' | 'ipv6',
  { neighbours }: MachineFacts,
  records: RecordFacts | undefined,
): Finding[] {
  const id = `neighbours-${family}` as const;
  const { limit, soft, entries = 0 }: NeighbourTable = neighbours[family];
  const endpoints = records?.sandboxes.reduce((sum, sandbox) => sum + sandbox[family], 0) ?? 0;
  const parameter = `net.${family}.neigh.default.gc_thresh`;
  const name = family === 'ipv4' ? 'IPv4' : 'IPv6';
  if (limit === undefined) {
    const detail = 'Only the first network namespace of the machine shows it, and this process cannot look there.';
    const remedy = `Look there: sysctl ${parameter}3. It should be at least twice the number of endpoints.`;
    return [finding(id, 'note', [`the size of the ${name} neighbour table is not known`, detail, remedy])];
  }
  const needed = Math.max(endpoints * entriesOfEndpoint, entries);
  const state = `${entries} of ${limit} entries are in use; ${endpoints} endpoints need up to ${endpoints * entriesOfEndpoint}.`;
  const better = 2 ** Math.ceil(Math.log2(needed + 1) + 1);
  const remedy = `Enlarge it: sysctl -w ${parameter}3=${better} ${parameter}2=${better / 2} (in the first network namespace)`;
  if (needed < limit && soft !== undefined && soft < limit && needed >= soft) {
    const title = `the ${name} neighbour table is cleared out all the time`;
    const detail = `${state} From ${parameter}2=${soft} on, what was not used for five seconds is thrown out whenever there is something new.`;
    return [finding(id, 'note', [title, detail, remedy])];
  }
  if (needed < limit) {
    const most = Math.floor(limit / entriesOfEndpoint);
    return [ok(id, `the ${name} neighbour table has room for ${most} endpoints`, state)];
  }
  const detail = `${state} When it is full, packets to addresses that were not in use are lost.`;
  return [finding(id, 'warning', [`the ${name} neighbour table is too small`, detail, remedy])];
}

/** Of which on it gets tight. */
const tight = 0.9;

function checkThreads({ threads, threadsMax, pidMax }: MachineFacts): Finding[] {
  const limits = [threadsMax, pidMax].filter((limit) => limit !== undefined);
  if (threads === undefined || limits.length === 0) {
    return [];
  }
  const limit = Math.min(...limits);
  const title = `${threads} of ${limit} threads are in use`;
  if (threads < limit * tight) {
    return [ok('threads', title)];
  }
  const detail = 'Every command in a sandbox takes a process, every open host a thread.';
  const remedy = 'Raise the limits: sysctl -w kernel.pid_max=4194304 kernel.threads-max=4194304';
  return [finding('threads', 'warning', [title, detail, remedy])];
}

function checkConntrack(sysctls: Readonly<Record<string, string>>): Finding[] {
  const count = Number(sysctls['netfilter/nf_conntrack_count']);
  const max = Number(sysctls['netfilter/nf_conntrack_max']);
  if (Number.isNaN(count) || Number.isNaN(max)) {
    return [ok('conntrack', 'connections are not tracked')];
  }
  const title = `${count} of ${max} connections are tracked`;
  // 0: no limit.
  if (max === 0 || count < max * tight) {
    return [ok('conntrack', title)];
  }
  const detail = 'When the table is full, packets of new connections are dropped.';
  return [
    finding('conntrack', 'warning', [title, detail, `Enlarge it: sysctl -w net.netfilter.nf_conntrack_max=${max * 4}`]),
  ];
}
