import type { EndpointContext } from '../endpoint/index.js';
import { attemptAsync, type NetplumbError } from '../errors/index.js';
import { getLink, type Link, type Request } from '../netlink/index.js';
import { type HostEnd, isBuiltin, isUnfinished, type Network } from '../network/index.js';
import type { NetworkRecord, SandboxRecord } from '../store/index.js';

/** What was missing in the kernel and is there again, and what could not be brought back. */
export interface Restored {
  readonly names: readonly string[];
  readonly errors: readonly Error[];
}

/**
 * Puts back what networks consist of, and every living sandbox's host end onto it: after a reboot, and when somebody has deleted
 * it under us.
 */
export async function restoreNetworks(
  context: EndpointContext,
  networks: readonly NetworkRecord[],
  alive: readonly SandboxRecord[],
  links: readonly Link[],
): Promise<Restored> {
  const present = new Map(links.map((link) => [link.name, link]));
  const ends = endsByNetwork(alive, links);
  const names: string[] = [];
  const errors: Error[] = [];
  for (const record of networks) {
    const own = ends.get(record.id) ?? [];
    const link = present.get(record.interface ?? '');
    const isMissing = record.interface !== undefined && (!link || isUnfinished(link));
    // The default network is made when it is first used, and not before.
    const isWanted = own.length > 0 || (isMissing && record.ours && !isBuiltin(record.name));
    if (!isWanted) {
      continue;
    }
    context.networks.forget(record.id);
    const network = await attemptAsync(() => context.networks.readyOf(record));
    if (network instanceof Error) {
      errors.push(network);
      continue;
    }
    names.push(...(isMissing ? [record.interface ?? ''] : []));
    const replaced = await replaceEnds(context, network, own);
    names.push(...replaced.names);
    errors.push(...replaced.errors);
  }
  return { names, errors };
}

interface SandboxEnd extends HostEnd {
  /** Its name. */
  readonly sandbox: string;
}

/** The host ends of sandboxes that nobody is working on, by the id of their network. */
function endsByNetwork(alive: readonly SandboxRecord[], links: readonly Link[]): Map<string, SandboxEnd[]> {
  const byIndex = new Map(links.map((link) => [link.index, link]));
  const ends = alive
    .filter(({ state }) => state === 'ready' || state === 'pooled')
    .flatMap(({ name, endpoints }) =>
      endpoints.flatMap((endpoint) => {
        const link = byIndex.get(endpoint.hostIndex ?? 0);
        return link ? [{ sandbox: name, endpoint, link }] : [];
      }),
    );
  const grouped = new Map<string, SandboxEnd[]>();
  for (const end of ends) {
    const { network } = end.endpoint;
    const group = grouped.get(network) ?? [];
    group.push(end);
    grouped.set(network, group);
  }
  return grouped;
}

async function replaceEnds(
  { connection }: EndpointContext,
  network: Network,
  ends: readonly SandboxEnd[],
): Promise<Restored> {
  const astray = await attemptAsync(async () =>
    misplaced(network, await seenAgain(connection, await misplaced(network, ends))),
  );
  if (astray instanceof Error) {
    return { names: [], errors: [astray] };
  }
  const steps = astray.flatMap(({ sandbox, requests }) => requests.map((request) => ({ sandbox, request })));
  const answers = await connection.requestAll(steps.map(({ request }) => request));
  const failed = new Set(steps.filter((_, i) => answers[i]?.error).map(({ sandbox }) => sandbox));
  const isReal = (error: NetplumbError | null) => error !== null && error.code !== 'ENODEV';
  return {
    names: astray.map(({ sandbox }) => sandbox).filter((sandbox) => !failed.has(sandbox)),
    // One that was detached meanwhile has nothing to be restored.
    errors: answers.flatMap(({ error }) => (isReal(error) ? (error ?? []) : [])),
  };
}

interface Misplaced extends SandboxEnd {
  readonly requests: readonly Request[];
}

async function misplaced(network: Network, ends: readonly SandboxEnd[]): Promise<Misplaced[]> {
  const requests = ends.length === 0 ? [] : ((await network.replace?.(ends)) ?? []);
  return ends.map((end, i) => ({ ...end, requests: requests[i] ?? [] })).filter((end) => end.requests.length > 0);
}

/** With their links as they are by now: what was listed before the records is older than some of these. */
async function seenAgain(
  connection: EndpointContext['connection'],
  ends: readonly SandboxEnd[],
): Promise<SandboxEnd[]> {
  const links = await connection.requestAll(ends.map(({ link: { index } }) => getLink({ index })));
  return ends.flatMap((end, i) => {
    const link = links[i]?.body;
    return link ? [{ ...end, link }] : [];
  });
}
