import { release } from 'node:os';
import { Connection } from '../../../netlink/index.js';
import type { MachineFacts, NeighbourTable } from '../facts.js';
import { gatherTasks } from './control-group.js';
import { numberIn, textOf } from './files.js';
import { gatherConfigured } from './sysctl-files.js';

const families = { ipv4: 'arp', ipv6: 'ndisc' } as const;

/** Looks at the machine. `host`: a connection to the host's namespace, if it could be opened. */
export async function gatherMachine(host: Connection | undefined): Promise<MachineFacts> {
  const [, threads] = /\/(\d+) \d+$/.exec(textOf('/proc/loadavg') ?? '') ?? [];
  const [threadsMax, pidMax] = ['threads-max', 'pid_max'].map((name) => numberIn(textOf(`/proc/sys/kernel/${name}`)));
  return {
    release: release(),
    ...(threads !== undefined && { threads: Number(threads) }),
    ...(threadsMax !== undefined && { threadsMax }),
    ...(pidMax !== undefined && { pidMax }),
    ...gatherLimits(),
    neighbours: await gatherNeighbours(host),
    configured: gatherConfigured(),
  };
}

/** Of what else one machine has only so many. */
function gatherLimits(): Partial<MachineFacts> {
  const [openFilesMost, namespacesMost, mostMounts] = ['fs/nr_open', 'user/max_net_namespaces', 'fs/mount-max'].map(
    (name) => numberIn(textOf(`/proc/sys/${name}`)),
  );
  const [used, , most] = textOf('/proc/sys/fs/file-nr')?.split(/\s+/).map(numberIn) ?? [];
  const mounts = textOf('/proc/self/mountinfo')?.split('\n').length;
  const tasks = gatherTasks();
  return {
    ...(openFilesMost !== undefined && { openFilesMost }),
    ...(namespacesMost !== undefined && { namespacesMost }),
    ...(used !== undefined && most !== undefined && { files: { used, most } }),
    ...(mounts !== undefined && mostMounts !== undefined && { mounts: { used: mounts, most: mostMounts } }),
    ...(tasks && { tasks }),
  };
}

/**
 * The tables are one for all namespaces, but only the first one shows their parameters (arp_init in net/ipv4/arp.c): it may be
 * the host, our own, or that of the first process.
 */
async function gatherNeighbours(host: Connection | undefined): Promise<MachineFacts['neighbours']> {
  for (const read of [host && readIn(host), readHere, readInFirst]) {
    const texts = (await read?.(neighbourFiles)) ?? [];
    if (texts[0] !== undefined) {
      return { ipv4: tableOf(texts.slice(0, 3)), ipv6: tableOf(texts.slice(3)) };
    }
  }
  return { ipv4: {}, ipv6: {} };
}

type Read = (paths: readonly string[]) => Promise<(string | undefined)[]>;

const neighbourFiles = Object.entries(families).flatMap(([family, table]) => [
  `sys/net/${family}/neigh/default/gc_thresh3`,
  `sys/net/${family}/neigh/default/gc_thresh2`,
  `net/stat/${table}_cache`,
]);

const readHere: Read = async (paths) => paths.map((path) => textOf(`/proc/${path}`));

function readIn(connection: Connection): Read {
  return (paths) => connection.readFiles(paths);
}

const readInFirst: Read = async (paths) => {
  try {
    await using first = await Connection.open({ pid: 1 });
    return await first.readFiles(paths);
  } catch {
    // It takes a privilege, and in a container there is no such process.
    return [];
  }
};

/** The statistics have one line for each processor below their titles; each begins with the number of entries. */
function tableOf([limit, softLimit, statistics]: readonly (string | undefined)[]): NeighbourTable {
  const [, entries] = /^entries.*\n([0-9a-f]{8})/.exec(statistics ?? '') ?? [];
  const [most, soft] = [numberIn(limit), numberIn(softLimit)];
  return {
    ...(most !== undefined && { limit: most }),
    ...(soft !== undefined && { soft }),
    ...(entries !== undefined && { entries: Number.parseInt(entries, 16) }),
  };
}
