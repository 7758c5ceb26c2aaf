/** What a part of a key or a value is, in nftables' own words. */
export type FieldType =
  | 'ifname'
  | 'nf_proto'
  | 'ipv4_addr'
  | 'ipv6_addr'
  | 'inet_proto'
  | 'inet_service'
  | 'ether_addr';

/** A set, or with `value` a map. */
export interface SetShape {
  readonly key: readonly FieldType[];
  readonly value?: readonly FieldType[];
  /** Whether subnets are among its keys. */
  readonly interval?: true;
  /** How nft is told what the key is, where its types do not say what it is compared with. */
  readonly typeof?: string;
}

const port = ['inet_proto', 'inet_service'] as const;

/** Sets of one family's addresses. */
function familySets(address: 'ipv4_addr' | 'ipv6_addr') {
  return {
    subnets: { key: [address], interval: true },
    homes: { key: ['ifname', address], interval: true },
    neighbours: { key: [address, address], interval: true },
    apart: { key: [address, address], interval: true },
    links: { key: [address, address, ...port] },
    hairpins: { key: [address, address] },
    host_ports: { key: [address, ...port], value: [address, 'inet_service'] },
    all_ports: { key: port, value: [address, 'inet_service'] },
    published: { key: [address, ...port] },
    direct: { key: [address, ...port] },
    routed: { key: [address], interval: true },
    sources: { key: [address], value: [address], interval: true },
    masqueraded: { key: [address], interval: true },
  } satisfies Readonly<Record<string, SetShape>>;
}

type FamilySet = keyof ReturnType<typeof familySets>;

function named<Digit extends 4 | 6>(digit: Digit, address: 'ipv4_addr' | 'ipv6_addr') {
  const entries = Object.entries(familySets(address)).map(([name, shape]) => [`${name}${digit}`, shape]);
  return Object.fromEntries(entries) as Readonly<Record<`${FamilySet}${Digit}`, SetShape>>;
}

const inet = {
  interfaces: { key: ['ifname'] },
  switches: { key: ['ifname'] },
  closed: { key: ['nf_proto', 'ifname'] },
  strict: { key: ['ifname'] },
  bridges: { key: ['ifname', 'ifname'] },
  sealed: { key: ['nf_proto'] },
  ...named(4, 'ipv4_addr'),
  ...named(6, 'ipv6_addr'),
} satisfies Readonly<Record<string, SetShape>>;

const bridge = {
  guarded: { key: ['ifname'] },
  macs: { key: ['ifname', 'ether_addr'] },
  addresses4: { key: ['ifname', 'ipv4_addr'] },
  addresses6: { key: ['ifname', 'ipv6_addr'] },
  // nft before 1.0.8 has no name for the target of a neighbour advertisement: bytes 8 to 23 of ICMPv6.
  targets6: { key: ['ifname', 'ipv6_addr'], typeof: 'iifname . @th,64,128' },
} satisfies Readonly<Record<string, SetShape>>;

/** The sets of both tables. What they mean is in docs/firewall.md. */
export const setShapes = { inet, bridge } as const;

export type TableFamily = keyof typeof setShapes;
export type SetName = keyof typeof inet | keyof typeof bridge;

const all: Readonly<Record<SetName, SetShape>> = { ...inet, ...bridge };

/** The shape of a set; of which table is clear from its name. */
export function shapeOf(name: SetName): SetShape {
  return all[name];
}
