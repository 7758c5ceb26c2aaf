import { randomBytes } from 'node:crypto';
import type { EndpointRecord, Tables } from '../store/index.js';

/**
 * A network spreads over as many bridges as it needs: its own, which has its gateway and the addresses of the host, and
 * segments, each joined to its own by a pair of interfaces (drivers/segment.ts). Here is which bridge an endpoint joins: one is
 * filled after the other, and ports that were left are used again before a further segment begins. The cost is that of a few
 * reads and writes, whatever the number of endpoints. A segment's name is never given out again: who knows one by its name has
 * never to ask whether it is still the same.
 */

/** The tables of the store that this is kept in. */
export type SegmentTables = Pick<Tables, 'segments' | 'rooms' | 'filling'>;

/**
 * Ports of a bridge that endpoints join, unless the network's options say otherwise. The kernel would take 1023, but each new one
 * makes it walk all others several times (br_add_if): with a quarter of them that is not yet noticed.
 */
export const usualPorts = 256;

/** A network's own bridge, among its segments. */
const own = '';

/**
 * Gives an endpoint a port, of bridges that have so many for endpoints: of the segment with that name, of the network's own bridge if
 * undefined. In a transaction.
 */
export function takePort(tables: SegmentTables, id: string, portsPerBridge: number): string | undefined {
  const { filling, rooms, segments } = tables;
  const current = filling.get(id) ?? own;
  const used = segments.get([id, current]) ?? 0;
  if (used < portsPerBridge) {
    segments.putSync([id, current], used + 1);
    return nameOf(current);
  }
  const next = roomOf(tables, id, portsPerBridge) ?? newSegment();
  rooms.removeSync([id, next]);
  filling.putSync(id, next);
  segments.putSync([id, next], (segments.get([id, next]) ?? 0) + 1);
  return nameOf(next);
}

/** Takes an endpoint's port back. In a transaction; once for each endpoint. Nothing happens where networks have no segments. */
export function givePortBack(tables: SegmentTables, { network, segment }: EndpointRecord): void {
  const { filling, rooms, segments } = tables;
  const key: [string, string] = [network, segment ?? own];
  const used = segments.get(key);
  if (used === undefined) {
    return;
  }
  segments.putSync(key, Math.max(0, used - 1));
  if ((filling.get(network) ?? own) !== key[1]) {
    rooms.putSync(key, true);
  }
}

/**
 * Closes those of a network's segments that nobody uses and that are not needed next: nobody is given a port there from now on.
 * Returns their names, with those that somebody has closed before and not forgotten yet. In a transaction. The last room that is
 * left stays: whoever comes and goes at the edge is not to make and remove a bridge each time.
 */
export function closeEmptySegments(tables: SegmentTables, network: string, names: Iterable<string>): string[] {
  const { filling, rooms, segments } = tables;
  return [...new Set(names)].filter((name) => {
    if (segments.get([network, name]) !== 0) {
      return false;
    }
    rooms.removeSync([network, name]);
    if (filling.get(network) !== name) {
      return true;
    }
    const [other] = rooms.getRange({ start: [network, own], end: beyond(network), limit: 1 });
    if (other) {
      rooms.removeSync(other.key);
      filling.putSync(network, other.key[1]);
    }
    return other !== undefined;
  });
}

/** The names of a network's segments, without its own bridge. In a transaction or while reading. */
export function segmentsOf({ segments }: Pick<Tables, 'segments'>, network: string): string[] {
  const rows = [...segments.getRange({ start: [network, own], end: beyond(network) })];
  return rows.map(({ key: [, name] }) => name).filter((name) => name !== own);
}

/** The names of all networks' segments, by the networks' ids. In a transaction or while reading. */
export function allSegments({ segments }: Pick<Tables, 'segments'>): Map<string, Set<string>> {
  const networks = new Map<string, Set<string>>();
  for (const { key } of segments.getRange({})) {
    const [network, name] = key;
    const names = networks.get(network) ?? new Set();
    networks.set(network, name === own ? names : names.add(name));
  }
  return networks;
}

/** Takes closed segments off the record, once they are gone. In a transaction. */
export function forgetSegments({ segments }: SegmentTables, network: string, names: Iterable<string>): void {
  for (const name of names) {
    if (segments.get([network, name]) === 0) {
      segments.removeSync([network, name]);
    }
  }
}

/** Forgets all that is on record about a network's segments. In a transaction. */
export function forgetAllSegments(tables: SegmentTables, network: string): void {
  for (const name of [own, ...segmentsOf(tables, network)]) {
    tables.segments.removeSync([network, name]);
    tables.rooms.removeSync([network, name]);
  }
  tables.filling.removeSync(network);
}

/**
 * Puts the ports that a network's endpoints have on record anew, after records were lost. `names`: its segments, also those without
 * endpoints. In a transaction.
 */
export function restoreSegments(
  tables: SegmentTables,
  network: string,
  names: readonly string[],
  endpoints: readonly EndpointRecord[],
): void {
  forgetAllSegments(tables, network);
  const counts = new Map([own, ...names].map((name) => [name, 0]));
  for (const { segment = own } of endpoints) {
    counts.set(segment, (counts.get(segment) ?? 0) + 1);
  }
  for (const [name, used] of counts) {
    tables.segments.putSync([network, name], used);
    if (name !== own) {
      tables.rooms.putSync([network, name], true);
    }
  }
}

/** A bridge that has room. Of one on the list that is full after all (of lost records not all is known) it is taken off. */
function roomOf({ rooms, segments }: SegmentTables, id: string, portsPerBridge: number): string | undefined {
  for (;;) {
    const [room] = rooms.getRange({ start: [id, own], end: beyond(id), limit: 1 });
    if (!room || (segments.get(room.key) ?? 0) < portsPerBridge) {
      return room?.key[1];
    }
    rooms.removeSync(room.key);
  }
}

function nameOf(segment: string): string | undefined {
  return segment === own ? undefined : segment;
}

/** Named like the bridges of networks. */
function newSegment(): string {
  return `br-${randomBytes(6).toString('hex')}`;
}

/** Behind all names of segments, which are ASCII. */
function beyond(network: string): [string, string] {
  return [network, '\u007f'];
}
