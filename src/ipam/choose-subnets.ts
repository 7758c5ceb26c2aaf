import {
  type AnySubnet,
  anyOverlaps,
  type Family,
  familyOf,
  formatAnySubnet,
  newUlaSubnet,
  parseAnySubnet,
} from '../address/index.js';
import { newError } from '../errors/index.js';
import type { SubnetEntry, SubnetRecord } from '../store/index.js';
import { type AddressWish, assignAddresses } from './assign-addresses.js';
import type { DefaultPool } from './default-pools.js';
import { freeSubnet } from './free-subnet.js';
import { unusable } from './unusable.js';

/** What was asked for, as it was written. */
export interface SubnetWish extends AddressWish {
  /** NETWORK/PREFIX, of either family; where there is none of a family that is needed, one is chosen. */
  readonly subnets: readonly string[];
  readonly ipv6: boolean;
}

/** What a network's subnets have to get along with. */
export interface Surroundings {
  /** The network's own name, for messages. */
  readonly network: string;
  /** Where subnets come from that nobody named. */
  readonly pools: readonly DefaultPool[];
  /** What the host uses for something else: no subnet is chosen that overlaps it. One that was asked for may. */
  readonly taken: readonly AnySubnet[];
  /** A subnet of another network that overlaps this one; nothing if none does. No two networks' do. */
  readonly others: (subnet: AnySubnet) => SubnetEntry | undefined;
  /** The subnet that was chosen last: those behind it come first, so that one that was given up rests. */
  readonly after?: AnySubnet | undefined;
}

/**
 * The subnets of a network that is to be made, IPv4 first, each with a gateway: the one asked for, or the subnet's first address
 * that is not auxiliary. To be called in the transaction that records the network. Throws EBADCIDR, EBADADDR, EBADOPTION, EOVERLAP,
 * ENOPOOL.
 */
export function chooseSubnets(wish: SubnetWish, surroundings: Surroundings): SubnetRecord[] {
  const { network, others } = surroundings;
  const asked = wish.subnets.map((text) => parseUsable(text, wish.ipv6));
  asked.forEach((subnet, i) => {
    const own = asked.slice(0, i).find((earlier) => anyOverlaps(earlier, subnet));
    refuseOverlap(subnet, own ? { subnet: formatAnySubnet(own), network } : others(subnet));
  });
  const families: readonly Family[] = wish.ipv6 ? [4, 6] : [4];
  const missing = families.filter((family) => !asked.some((one) => one.family === family));
  const without = { gateways: [], ranges: [], auxiliary: {} };
  const records = [
    ...assignAddresses(asked, wish),
    ...assignAddresses(
      missing.map((family) => chosen(family, surroundings)),
      without,
    ),
  ];
  return [4, 6].flatMap((family) => records.filter(({ subnet }) => familyOf(subnet) === family));
}

function parseUsable(text: string, ipv6: boolean): AnySubnet {
  const subnet = parseAnySubnet(text);
  const use = unusable(subnet);
  if (use !== undefined) {
    throw newError('EBADOPTION', { option: 'subnet', value: text, reason: `it has ${use} addresses` });
  }
  if (subnet.family === 6 && !ipv6) {
    throw newError('EBADOPTION', {
      option: 'subnet',
      value: text,
      reason: 'the network is to have no IPv6 (option ipv6)',
    });
  }
  return subnet;
}

function refuseOverlap(subnet: AnySubnet, holding: SubnetEntry | undefined): void {
  if (holding) {
    throw newError('EOVERLAP', { subnet: formatAnySubnet(subnet), other: holding.subnet, network: holding.network });
  }
}

function chosen(family: Family, { network, pools, taken, others, after }: Surroundings): AnySubnet {
  const obstacle = (candidate: AnySubnet): AnySubnet | undefined => {
    const holding = others(candidate);
    return holding ? parseAnySubnet(holding.subnet) : taken.find((one) => anyOverlaps(one, candidate));
  };
  const ofFamily = pools.filter(({ base }) => familyOf(base) === family);
  const subnet = freeSubnet(ofFamily, obstacle, after) ?? (family === 6 ? freeUla(taken) : undefined);
  if (!subnet) {
    throw newError('ENOPOOL', { network });
  }
  return subnet;
}

/** A random one. It overlaps something only where all such addresses are routed; then every one does. */
function freeUla(taken: readonly AnySubnet[]): AnySubnet | undefined {
  const subnet: AnySubnet = { family: 6, subnet: newUlaSubnet() };
  return taken.some((one) => anyOverlaps(one, subnet)) ? undefined : subnet;
}
