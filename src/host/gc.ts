import { detachRecords, type EndpointContext, isHalfChanged, settleHalfChanged, withdraw } from '../endpoint/index.js';
import { attemptAsync, NetplumbError } from '../errors/index.js';
import { reservePorts } from '../firewall/index.js';
import { type Link, listLinks } from '../netlink/index.js';
import { deleteLinks, isMarkOf, parseMark, segmentLinks, segmentsOf } from '../network/index.js';
import { allNetworks, allSandboxes, type NetworkRecord, type SandboxRecord } from '../store/index.js';
import { removeDanglingFiles } from './dangling-files.js';
import { findDead } from './liveness.js';
import { type Restored, restoreNetworks } from './restore.js';
import { forgetStrays } from './strays.js';

/** What gc found and did. */
export interface GarbageReport {
  /** Sandboxes that were removed, by name: their namespace or owner is gone. */
  readonly sandboxes: readonly string[];
  /** Links of ours that no record knew. */
  readonly links: readonly string[];
  /** Files under /run/netns that led nowhere, and definitions of networks that were not finished or not removed to the end. */
  readonly files: readonly string[];
  /** What was missing and is there again: networks' definitions, bridges, sandboxes' places on them, `rules`, the files of `names`. */
  readonly restored: readonly string[];
  /** What could not be done; gc can be repeated. */
  readonly errors: readonly Error[];
}

/**
 * Brings records, kernel and definitions in line from both sides: dead sandboxes go, then links of ours without a record, then
 * dangling files; then endpoints that were half changed; a bridge that is missing comes back with its ports; then what sandboxes find
 * each other by.
 */
export async function collectGarbage(context: EndpointContext): Promise<GarbageReport> {
  const definitions = context.networks.settle();
  // Links first, records second: a link is only made once its record is written, so none of a running attach is missed.
  const links = await context.connection.list(listLinks());
  const [records, networks] = context.store.read((tables) => [allSandboxes(tables), allNetworks(tables)] as const);
  const dead = withdrawDead(context, await findDead(context, records, links));
  const detached = await detachRecords(context, dead);
  const orphans = findOrphans(context, links, records, networks);
  const orphanErrors = await deleteLinks(context.connection, orphans);
  const files = removeDanglingFiles(context);
  const gone = new Set(dead.map(({ id }) => id));
  const alive = records.filter(({ id }) => !gone.has(id));
  const unsettled = await settleAll(context, alive);
  const rules = await restoreRules(context);
  const restored = await restoreNetworks(context, networks, alive, links);
  const unswept = await attemptAsync(() => context.networks.sweep(context.connection));
  const strays = await attemptAsync(() => forgetStrays(context, networks));
  const names = await attemptAsync(() => context.naming.restore());
  return {
    sandboxes: dead.filter((_, i) => !detached[i]?.error).map(({ name }) => name),
    links: orphans.map(({ name }) => name).filter((_, i) => !orphanErrors[i]),
    files: [...definitions.removed, ...files.removed],
    restored: [...definitions.restored, ...restored.names, ...rules.names, ...(names === true ? ['names'] : [])],
    errors: [
      ...definitions.errors,
      ...detached.flatMap(({ error }) => error ?? []),
      ...orphanErrors.filter((error) => error !== null),
      ...files.errors,
      ...unsettled,
      ...restored.errors,
      ...rules.errors,
      ...(names instanceof Error ? [names] : []),
      ...(unswept instanceof Error ? [unswept] : []),
      ...(strays instanceof Error ? [strays] : []),
    ],
  };
}

/** Those in pools are only removed if nobody has taken them since: what was found dead about them was their pool. */
function withdrawDead(context: EndpointContext, dead: readonly SandboxRecord[]): SandboxRecord[] {
  const entries = dead.filter(({ state }) => state === 'pooled');
  return [...dead.filter(({ state }) => state !== 'pooled'), ...withdraw(context, entries)];
}

/** Links that bear our mark but belong to no sandbox and no network on record. */
function findOrphans(
  { store }: EndpointContext,
  links: readonly Link[],
  sandboxes: readonly SandboxRecord[],
  networks: readonly NetworkRecord[],
): Link[] {
  const known = {
    sandbox: new Set(sandboxes.map(({ id }) => id)),
    network: new Set(networks.map(({ id }) => id)),
  };
  const segments = new Set(
    store.read((tables) => networks.flatMap(({ id }) => segmentsOf(tables, id).flatMap(segmentLinks))),
  );
  return links.filter(({ alias, name }) => {
    const mark = parseMark(alias);
    const isKnown = mark?.kind === 'segment' ? segments.has(name) : mark && known[mark.kind].has(mark.id);
    return mark && isMarkOf(mark, store.directory) && !isKnown;
  });
}

/** What somebody has taken out of the firewall, or left in it. */
async function restoreRules(context: EndpointContext): Promise<Restored> {
  const { firewall } = context;
  const isMended = await attemptAsync(() => firewall.restore());
  const reserved = firewall.isOn ? await attemptAsync(() => reservePorts(context)) : undefined;
  return {
    names: isMended === true ? ['rules'] : [],
    errors: [isMended, reserved].filter((one) => one instanceof Error),
  };
}

/** Sandboxes whose endpoints were half made or half removed by somebody who is gone. */
async function settleAll(context: EndpointContext, alive: readonly SandboxRecord[]): Promise<Error[]> {
  const halfChanged = alive.filter((record) => isHalfChanged(record, context));
  const settled = await Promise.all(halfChanged.map(({ id }) => attemptAsync(() => settleHalfChanged(context, id))));
  // One that was detached meanwhile has nothing to be settled.
  const isReal = (error: unknown) => !(error instanceof NetplumbError && error.code === 'ENOSANDBOX');
  return settled.filter((one) => one instanceof Error).filter(isReal);
}
