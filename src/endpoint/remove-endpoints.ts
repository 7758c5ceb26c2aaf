import { attemptAsync, NetplumbError } from '../errors/index.js';
import { type Connection, deleteLink, type Link, listLinks } from '../netlink/index.js';
import { deleteLinks, forgetPresence } from '../network/index.js';
import type { EndpointRecord, SandboxRecord } from '../store/index.js';
import type { EndpointContext } from './context.js';
import { namespaceOf } from './namespace-of.js';

/** An endpoint and the sandbox that it belongs to. */
export interface Owned {
  readonly record: SandboxRecord;
  readonly endpoint: EndpointRecord;
}

/** Deletes endpoints' links; what is gone already counts as removed. One error or nothing for each. */
export async function removeEndpoints(
  { connection, store }: Pick<EndpointContext, 'connection' | 'store'>,
  owned: readonly Owned[],
): Promise<(Error | undefined)[]> {
  const links = owned.flatMap(({ endpoint: { hostIndex: index, hostInterface: name } }) =>
    index === undefined ? [] : [{ index, name }],
  );
  const deleted = await deleteLinks(connection, links);
  const errors = new Map(links.map(({ index }, i) => [index, deleted[i] ?? undefined]));
  const ids = new Set(owned.map(({ endpoint }) => endpoint.network));
  const networks = store.read((tables) => new Map([...ids].map((id) => [id, tables.networks.get(id)])));
  await forgetPresence(
    connection,
    owned.flatMap(({ endpoint }) => {
      const network = networks.get(endpoint.network);
      return network ? [{ network, endpoint }] : [];
    }),
  );
  return Promise.all(
    owned.map((one) =>
      one.endpoint.hostIndex === undefined ? removeInside(connection, one) : errors.get(one.endpoint.hostIndex),
    ),
  );
}

/**
 * Of an endpoint that is in the sandbox alone: found there by its name and MAC address. A namespace that is gone has taken it
 * along; one that nobody can look into any more keeps it until it ends.
 */
async function removeInside(
  connection: Connection,
  { record, endpoint: { interface: name, macAddress } }: Owned,
): Promise<Error | undefined> {
  const netns = namespaceOf(record);
  if (!netns) {
    return undefined;
  }
  const links = await attemptAsync(() => connection.list<Link>(listLinks(), netns));
  if (links instanceof Error) {
    return leadsNowhere(links) ? undefined : links;
  }
  const own = links.find((link) => link.name === name && link.address === macAddress);
  const removed = own && (await attemptAsync(() => connection.request(deleteLink({ index: own.index }), {}, netns)));
  return removed instanceof Error && !leadsNowhere(removed) ? removed : undefined;
}

function leadsNowhere(error: Error): boolean {
  const gone = ['ENODEV', 'ENOENT', 'ESRCH', 'EINVAL', 'ENOTDIR', 'ENOPROCESS', 'ENOTNETNS'];
  return error instanceof NetplumbError && gone.includes(error.code);
}
