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
import type { NetworkRecord, SubnetRecord } from '../store/index.js';
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
  /** No two networks overlap. */
  readonly others: readonly Pick<NetworkRecord, 'name' | 'subnets'>[];
}

interface Holding {
  readonly subnet: AnySubnet;
  /** The network that has it. */
  readonly network: string;
}

/**
 * The subnets of a network that is to be made, IPv4 first, each with a gateway: the one asked for, or the subnet's first address
 * that is not auxiliary. To be called in the transaction that records the network. Throws EBADCIDR, EBADADDR, EBADOPTION, EOVERLAP,
 * ENOPOOL.
 */
export function chooseSubnets(wish: SubnetWish, { network, pools, taken, others }: Surroundings): SubnetRecord[] {
  const asked = wish.subnets.map((text) => parseUsable(text, wish.ipv6));
  const holdings = others.flatMap(({ name, subnets }) =>
    subnets.map(({ subnet }): Holding => ({ subnet: parseAnySubnet(subnet), network: name })),
  );
  asked.forEach((subnet, i) => {
    const own = asked.slice(0, i).map((earlier): Holding => ({ subnet: earlier, network }));
    refuseOverlap(subnet, [...own, ...holdings]);
  });
  const allTaken = [...taken, ...holdings.map(({ subnet }) => subnet)];
  const families: readonly Family[] = wish.ipv6 ? [4, 6] : [4];
  const missing = families.filter((family) => !asked.some((one) => one.family === family));
  const without = { gateways: [], ranges: [], auxiliary: {} };
  const records = [
    ...assignAddresses(asked, wish),
    ...assignAddresses(
      missing.map((family) => chosen(family, pools, allTaken, network)),
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

function refuseOverlap(subnet: AnySubnet, holdings: readonly Holding[]): void {
  const holding = holdings.find((one) => anyOverlaps(one.subnet, subnet));
  if (holding) {
    const [text, other] = [subnet, holding.subnet].map(formatAnySubnet);
    throw newError('EOVERLAP', { subnet: text ?? '', other: other ?? '', network: holding.network });
  }
}

function chosen(
  family: Family,
  pools: readonly DefaultPool[],
  taken: readonly AnySubnet[],
  network: string,
): AnySubnet {
  const free = freeSubnet(
    pools.filter(({ base }) => familyOf(base) === family),
    taken,
  );
  const subnet = free ?? (family === 6 ? freeUla(taken) : undefined);
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
