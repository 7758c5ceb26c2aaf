import { inspect } from 'node:util';
import { type AnySubnet, anyOverlaps, parseAnySubnet } from '../address/index.js';
import { newError } from '../errors/index.js';
import { unusable } from './unusable.js';

/** A range that is cut into subnets of one size, for networks that name none. */
export interface DefaultPool {
  /** NETWORK/PREFIX, of either family. */
  readonly base: string;
  /** Prefix length of the subnets. */
  readonly size: number;
}

/** Docker's (libnetwork's ipamutils): fifteen /16 and sixteen /20. */
export const defaultPools: readonly DefaultPool[] = [
  ...Array.from({ length: 15 }, (_, i) => ({ base: `172.${17 + i}.0.0/16`, size: 16 })),
  { base: '192.168.0.0/16', size: 20 },
];

const option = 'default-address-pools';

/** The longest prefix with room for a gateway and a sandbox. */
const longestPrefix = { 4: 31, 6: 127 } as const;

/**
 * Reads `default-address-pools` as in Docker's daemon.json: a list of `{ base, size }`; Docker's own pools if there is none, or
 * it is empty. Throws EBADOPTION: also for pools that overlap, or a size that does not fit the base.
 */
export function parsePools(value: unknown): readonly DefaultPool[] {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) {
    return defaultPools;
  }
  if (!Array.isArray(value)) {
    throw badPool(value, 'it is not a list of pools such as { "base": "10.10.0.0/16", "size": 24 }');
  }
  const pools = value.map(parsePool);
  pools.forEach(({ base, pool }, i) => {
    const other = pools.slice(0, i).find((earlier) => anyOverlaps(earlier.base, base));
    if (other) {
      throw badPool(pool, `its base overlaps ${other.pool.base}`);
    }
  });
  return pools.map(({ pool }) => pool);
}

function parsePool(value: unknown): { base: AnySubnet; pool: DefaultPool } {
  const { base: text, size, ...others } = Object(value) as Record<string, unknown>;
  if (typeof text !== 'string' || typeof size !== 'number' || Object.keys(others).length > 0) {
    throw badPool(value, 'a pool has the keys base (text) and size (number), and no others');
  }
  const base = parseBase(text, value);
  const longest = longestPrefix[base.family];
  if (!Number.isInteger(size) || size < base.subnet.prefix || size > longest) {
    throw badPool(value, `size is not a number from the prefix length of base, ${base.subnet.prefix}, to ${longest}`);
  }
  const use = unusable(base);
  if (use !== undefined) {
    throw badPool(value, `its base has ${use} addresses`);
  }
  return { base, pool: { base: text, size } };
}

function parseBase(text: string, value: unknown): AnySubnet {
  try {
    return parseAnySubnet(text);
  } catch (cause) {
    throw newError('EBADOPTION', { option, value: show(value), reason: (cause as Error).message }, { cause });
  }
}

function badPool(value: unknown, reason: string): Error {
  return newError('EBADOPTION', { option, value: show(value), reason });
}

function show(value: unknown): string {
  return inspect(value, { breakLength: Infinity });
}
