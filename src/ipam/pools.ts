import { overlaps, parseSubnet, type Subnet, subnetOf } from '../address/index.js';

/** Where subnets come from when none is named: ranges, each cut into subnets of one size. Docker's own. */
interface Pool {
  readonly base: Subnet;
  readonly size: number;
}

const defaultPools: readonly Pool[] = [
  ...Array.from({ length: 15 }, (_, i) => ({ base: parseSubnet(`172.${17 + i}.0.0/16`), size: 16 })),
  { base: parseSubnet('192.168.0.0/16'), size: 20 },
];

/** The first subnet of the pools that has no address in common with any of `taken`; nothing when all have. */
export function freeSubnet(taken: readonly Subnet[]): Subnet | undefined {
  for (const { base, size } of defaultPools) {
    const step = 2 ** (32 - size);
    for (let network = base.network; network < base.network + 2 ** (32 - base.prefix); network += step) {
      const subnet = subnetOf(network, size);
      if (!taken.some((other) => overlaps(subnet, other))) {
        return subnet;
      }
    }
  }
  return undefined;
}
