import { formatPort } from '../address/index.js';
import { countPooled, networksOfPools, type PoolKey, pooledFrom, shapesOfPool, type Tables } from '../store/index.js';

/** What waits of one network, of those that are alike. */
export interface PoolInfo {
  /** The network's name. */
  readonly network: string;
  /** Its id. */
  readonly networkId: string;
  /** How many can be taken. */
  readonly size: number;
  /** Ports of each that are published: `80/tcp`. */
  readonly publish: readonly string[];
  /** Ports that it exposes beside them. */
  readonly expose: readonly string[];
}

/** All pools, whoever has filled them, but for those that are empty. In a transaction or while reading. */
export function listPools(tables: Tables): PoolInfo[] {
  return networksOfPools(tables).flatMap((network) =>
    shapesOfPool(tables, network).map((shape) => describe(tables, { network, shape })),
  );
}

/** By one of its entries: they are all alike. */
function describe(tables: Tables, key: Required<PoolKey>): PoolInfo {
  const { network } = key;
  const [first = ''] = pooledFrom(tables, key, { limit: 1 });
  const { ports = [], exposed = [] } = tables.sandboxes.get(first) ?? {};
  return {
    network: tables.networks.get(network)?.name ?? network.slice(0, 12),
    networkId: network,
    size: countPooled(tables, key),
    publish: ports.map(formatPort),
    expose: exposed.map(formatPort),
  };
}
