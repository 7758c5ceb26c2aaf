import { type AnySubnet, parseAnySubnet } from '../address/index.js';
import type { DefaultPool } from './default-pools.js';
import { encloses, rangeOf } from './range.js';

/** What a subnet would get in the way of: any one thing that overlaps it; nothing when it is free. */
export type Obstacle = (subnet: AnySubnet) => AnySubnet | undefined;

/**
 * The first free subnet of the pools behind `after`, beginning anew behind the last of them; nothing when there is none. Passes
 * over each obstacle at once, however many subnets it covers.
 */
export function freeSubnet(
  pools: readonly DefaultPool[],
  obstacle: Obstacle,
  after?: AnySubnet,
): AnySubnet | undefined {
  const bases = pools.map(({ base, size }) => ({ subnet: parseAnySubnet(base), size }));
  const start = bases.findIndex(({ subnet }) => after && encloses(subnet, after));
  if (after === undefined || start < 0) {
    return firstOf(bases, (base) => firstFree(base, rangeOf(base.subnet).first, obstacle));
  }
  const [current, ...later] = [...bases.slice(start), ...bases.slice(0, start)] as [Base, ...Base[]];
  return (
    firstFree(current, rangeOf(after).last + 1n, obstacle) ??
    firstOf([...later, current], (base) => firstFree(base, rangeOf(base.subnet).first, obstacle))
  );
}

interface Base {
  readonly subnet: AnySubnet;
  readonly size: number;
}

function firstOf(bases: readonly Base[], look: (base: Base) => AnySubnet | undefined): AnySubnet | undefined {
  for (const base of bases) {
    const found = look(base);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** The first subnet from `start` on that has no obstacle. */
function firstFree({ subnet: base, size }: Base, start: bigint, obstacle: Obstacle): AnySubnet | undefined {
  const step = 1n << BigInt((base.family === 4 ? 32 : 128) - size);
  const { last } = rangeOf(base);
  let network = roundedUp(start, step);
  while (network <= last) {
    const candidate = subnetAt(base, network, size);
    const found = obstacle(candidate);
    if (!found) {
      return candidate;
    }
    network = roundedUp(rangeOf(found).last + 1n, step);
  }
  return undefined;
}

function roundedUp(address: bigint, step: bigint): bigint {
  return ((address + step - 1n) / step) * step;
}

function subnetAt({ family }: AnySubnet, network: bigint, prefix: number): AnySubnet {
  return family === 4
    ? { family, subnet: { network: Number(network), prefix } }
    : { family, subnet: { network, prefix } };
}
