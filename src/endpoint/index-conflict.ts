import { constants } from 'node:os';
import { type Connection, type Link, listLinks, type PlanOutcome } from '../netlink/index.js';
import type { EndpointRecord } from '../store/index.js';
import { linksIn } from './links-in.js';
import { firstIndex } from './plan.js';
import type { Request } from './spec.js';

const { EBUSY, EEXIST } = constants.errno;

/** What to ask for instead. */
export interface OtherIndexes {
  readonly takenOnHost: ReadonlySet<number>;
  /** The lowest free one in the sandbox. */
  readonly free: number;
}

/**
 * Whether a plan failed because an interface index it asked for is taken: nothing when it is not. Rare: in the sandbox
 * somebody has made an interface before, on the host somebody uses numbers as high as ours, or our records were lost.
 * The kernel says EBUSY in the sandbox, and EEXIST on the host as for a name that is taken (rtnl_newlink).
 */
export async function indexConflict(
  connection: Connection,
  request: Request,
  { hostIndex }: EndpointRecord,
  { failedStep, error }: PlanOutcome,
): Promise<OtherIndexes | undefined> {
  if (failedStep !== 'link' || (error?.errno !== EBUSY && error?.errno !== EEXIST)) {
    return undefined;
  }
  if (hostIndex === undefined) {
    // The only end is in the sandbox: EEXIST says that its index is taken there, or its name.
    const inside = await linksIn(connection, request);
    return indexesOf(inside).has(firstIndex) ? { takenOnHost: new Set(), free: freeIndex(inside) } : undefined;
  }
  const takenOnHost = indexesOf(await connection.list<Link>(listLinks()));
  if (error.errno === EEXIST && !takenOnHost.has(hostIndex)) {
    return undefined;
  }
  return { takenOnHost, free: freeIndex(await linksIn(connection, request)) };
}

/** The lowest index that none of a namespace's links has. */
export function freeIndex(links: readonly Link[]): number {
  const taken = indexesOf(links);
  let free = firstIndex;
  while (taken.has(free)) {
    free++;
  }
  return free;
}

function indexesOf(links: readonly Link[]): Set<number> {
  return new Set(links.map(({ index }) => index));
}
