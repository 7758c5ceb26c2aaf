import type { EndpointContext } from '../endpoint/index.js';
import { holderOf } from '../ipam/index.js';
import {
  AF_INET,
  AF_INET6,
  deleteNeighbour,
  type Link,
  listLinks,
  listNeighbours,
  type Neighbour,
  NeighbourFlag,
} from '../netlink/index.js';
import type { NetworkRecord } from '../store/index.js';

/**
 * Has the bridges of networks forget whose addresses were that nobody has: of sandboxes of which no record knew. What is on record is
 * read last, so that nothing of a running attach is forgotten.
 */
export async function forgetStrays(
  { connection, store }: Pick<EndpointContext, 'connection' | 'store'>,
  networks: readonly NetworkRecord[],
): Promise<void> {
  const own = new Map(
    networks.flatMap(({ id, ours, interface: name }) => (ours && name !== undefined ? [[name, id]] : [])),
  );
  const [links, ...listed] = await Promise.all([
    connection.list<Link>(listLinks()),
    ...[AF_INET, AF_INET6].map((family) => connection.list<Neighbour>(listNeighbours({ family }))),
  ]);
  const bridges = new Map(links.map(({ index, name }) => [index, own.get(name)]));
  const told = listed.flat().filter(({ flags = 0 }) => (flags & NeighbourFlag.externallyLearned) !== 0);
  const strays = store.read((tables) =>
    told.filter(({ index, dst }) => {
      const network = bridges.get(index);
      return network !== undefined && dst !== undefined && holderOf(tables, network, dst) === undefined;
    }),
  );
  await connection.requestAll(strays.map(({ family, index, dst = '' }) => deleteNeighbour({ family, index, dst })));
}
