import { readdir, readFile, readlink } from 'node:fs/promises';
import { parseIpv4, parseIpv6 } from '../address/index.js';
import type { Connection } from './connection.js';
import type { HostPort } from './native.js';
import { type BoundSocket, mappedPrefix, parseSocketTable } from './socket-table.js';

/**
 * Who has a port of the connection's namespace, or one that overlaps it: `nginx (pid 4711)`, of several processes the first.
 * Undefined when that cannot be told: the socket belongs to nobody, to a process that we may not look into or do not see, or is
 * none that the kernel lists (bound without being used, SCTP, beyond the first few hundred). Looks through all processes: for
 * error messages. Throws ECLOSED, EBADADDR.
 */
export async function findPortUser(connection: Connection, wanted: HostPort): Promise<string | undefined> {
  const { protocol } = wanted;
  const tables = protocol === 'sctp' ? [] : await connection.readFiles([`net/${protocol}`, `net/${protocol}6`]);
  const sockets = tables
    .flatMap((text) => parseSocketTable(text ?? ''))
    .filter((socket) => socket.inode !== '0' && overlaps(wanted, socket));
  const serving = sockets.filter(({ isServing }) => isServing);
  const links = new Set((serving.length > 0 ? serving : sockets).map(({ inode }) => `socket:[${inode}]`));
  return links.size > 0 ? await firstWithDescriptor(links) : undefined;
}

/** Whether the kernel would not give the port because of that socket. One on `::` is taken for one of IPv4 as well. */
function overlaps(wanted: HostPort, { address: bound, port }: BoundSocket): boolean {
  if (port !== wanted.port) {
    return false;
  }
  const text = wanted.address;
  const address = text.includes(':') ? parseIpv6(text) : mappedPrefix | BigInt(parseIpv4(text));
  const isSameFamily = isIpv4(address) === isIpv4(bound);
  return bound === 0n || (isSameFamily && (isAny(address) || isAny(bound) || address === bound));
}

function isIpv4(address: bigint): boolean {
  return address >> 32n === 0xffffn;
}

function isAny(address: bigint): boolean {
  return address === 0n || address === mappedPrefix;
}

/** The process with the lowest number that has one of these open: that which has opened it, mostly. */
async function firstWithDescriptor(links: ReadonlySet<string>): Promise<string | undefined> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids.sort((a, b) => a - b)) {
    if (await hasDescriptor(pid, links)) {
      const name = await orGone(readFile(`/proc/${pid}/comm`, 'utf8'), '');
      return `${name.trimEnd() || 'a process'} (pid ${pid})`;
    }
  }
  return undefined;
}

async function hasDescriptor(pid: number, links: ReadonlySet<string>): Promise<boolean> {
  const directory = `/proc/${pid}/fd`;
  const descriptors = await orGone(readdir(directory), []);
  const targets = await Promise.all(descriptors.map((fd) => orGone(readlink(`${directory}/${fd}`), '')));
  return targets.some((target) => links.has(target));
}

/** `gone` for what has ended meanwhile, or must not be looked at. */
async function orGone<Found>(look: Promise<Found>, gone: Found): Promise<Found> {
  try {
    return await look;
  } catch {
    return gone;
  }
}
