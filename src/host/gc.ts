import { shortId } from '../address/index.js';
import { attemptAsync, detachRecords, type EndpointContext } from '../endpoint/index.js';
import { type Link, listLinks, setLink } from '../netlink/index.js';
import { deleteLinks, isMarkOf, parseMark } from '../network/index.js';
import { allSandboxes, type SandboxRecord } from '../store/index.js';
import { removeDanglingFiles } from './dangling-files.js';
import { findDead } from './liveness.js';

/** What gc found and did. */
export interface GarbageReport {
  /** Sandboxes that were removed, by name: their namespace or owner is gone. */
  readonly sandboxes: readonly string[];
  /** Links of ours that no record knew. */
  readonly links: readonly string[];
  /** Files under /run/netns that led nowhere. */
  readonly files: readonly string[];
  /** What was missing and is there again: bridges, and sandboxes' places on them. */
  readonly restored: readonly string[];
  /** What could not be done; gc can be repeated. */
  readonly errors: readonly Error[];
}

/**
 * Brings records and kernel in line from both sides: dead sandboxes go, then links of ours without a record, then
 * dangling files; a bridge that was deleted under its sandboxes comes back with its ports.
 */
export async function collectGarbage(context: EndpointContext): Promise<GarbageReport> {
  // Links first, records second: a link is only made once its record is written, so none of a running attach is missed.
  const links = await context.connection.list(listLinks());
  const records = context.store.read(allSandboxes);
  const dead = await findDead(context, records, links);
  const detached = await detachRecords(context, dead);
  const orphans = findOrphans(context, links, records);
  const orphanIndexes = orphans.map(({ index }) => index);
  const orphanErrors = await deleteLinks(context.connection, orphanIndexes);
  const files = removeDanglingFiles(context);
  const alive = records.filter((record) => !dead.includes(record));
  const restored = await attemptAsync(() => restorePorts(context, alive, links));
  return {
    sandboxes: dead.filter((_, i) => !detached[i]?.error).map(({ name }) => name),
    links: orphans.map(({ name }) => name).filter((_, i) => !orphanErrors[i]),
    files: files.removed,
    restored: restored instanceof Error ? [] : restored.names,
    errors: [
      ...detached.flatMap(({ error }) => error ?? []),
      ...orphanErrors.filter((error) => error !== null),
      ...files.errors,
      ...(restored instanceof Error ? [restored] : restored.errors),
    ],
  };
}

/** Sandboxes' links that bear our mark but belong to no sandbox on record. */
function findOrphans({ store }: EndpointContext, links: readonly Link[], records: readonly SandboxRecord[]): Link[] {
  const known = new Set(records.map(({ id }) => shortId(id)));
  return links.filter(({ alias }) => {
    const mark = parseMark(alias);
    return mark?.kind === 'sandbox' && isMarkOf(mark, store.directory) && !known.has(mark.id);
  });
}

/** Puts the bridge back in place, and every living sandbox's end onto it. */
async function restorePorts(
  { connection, network }: EndpointContext,
  alive: readonly SandboxRecord[],
  links: readonly Link[],
): Promise<{ names: string[]; errors: Error[] }> {
  const ends = new Map(links.map((link) => [link.index, link]));
  const sandboxes = alive.filter(({ state, endpoint }) => state === 'ready' && ends.has(endpoint?.hostIndex ?? 0));
  if (sandboxes.length === 0) {
    return { names: [], errors: [] };
  }
  network.forget();
  const { bridge, bridgeIndex } = await network.ready();
  const astray = sandboxes.filter(({ endpoint }) => ends.get(endpoint?.hostIndex ?? 0)?.master !== bridgeIndex);
  const answers = await connection.requestAll(
    astray.map(({ endpoint }) => setLink({ index: endpoint?.hostIndex ?? 0, master: bridgeIndex, up: true })),
  );
  const restored = astray.filter((_, i) => !answers[i]?.error).map(({ name }) => name);
  const wasGone = !links.some(({ name }) => name === bridge);
  return {
    names: [...(wasGone ? [bridge] : []), ...restored],
    // One that was detached meanwhile has nothing to be restored.
    errors: answers.flatMap(({ error }) => (error && error.code !== 'ENODEV' ? error : [])),
  };
}
