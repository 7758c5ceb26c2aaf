import { type AnySubnet, parseAnySubnet } from '../address/index.js';
import type { DefaultPool } from './default-pools.js';
import { type Range, rangeOf } from './range.js';

/**
 * The first subnet of the pools that has no address in common with any of `taken`; nothing when all have. Passes over each taken
 * range at once, however many subnets it covers.
 */
export function freeSubnet(pools: readonly DefaultPool[], taken: readonly AnySubnet[]): AnySubnet | undefined {
  const sorted = { 4: sortedRanges(taken, 4), 6: sortedRanges(taken, 6) };
  for (const { base: text, size } of pools) {
    const base = parseAnySubnet(text);
    const bits = base.family === 4 ? 32 : 128;
    const network = firstFree(rangeOf(base), 1n << BigInt(bits - size), sorted[base.family]);
    if (network !== undefined) {
      return base.family === 4
        ? { family: 4, subnet: { network: Number(network), prefix: size } }
        : { family: 6, subnet: { network, prefix: size } };
    }
  }
  return undefined;
}

function sortedRanges(taken: readonly AnySubnet[], family: 4 | 6): Range[] {
  const ranges = taken.filter((one) => one.family === family).map(rangeOf);
  return ranges.sort((one, other) => (one.first < other.first ? -1 : 1));
}

/** The first multiple of `step` in `base` from which on so many addresses are in none of the ranges, sorted by their first. */
function firstFree(base: Range, step: bigint, ranges: readonly Range[]): bigint | undefined {
  let network = base.first;
  for (const { first, last } of ranges) {
    if (first >= network + step || network > base.last) {
      break;
    }
    if (last >= network) {
      network = (last / step + 1n) * step;
    }
  }
  return network <= base.last ? network : undefined;
}
