import { newError } from '../../errors/index.js';
import {
  type Answer,
  type BridgePortOptions,
  getLink,
  type Link,
  type LinkSettings,
  newLink,
  type Request,
  type Sysctl,
  setLink,
} from '../../netlink/index.js';
import type { NetworkRecord } from '../../store/index.js';
import type { DriverContext } from '../driver.js';
import { formatMark, isMarkOf, parseMark } from '../ownership.js';
import { bridgeOptions, quietIpv6 } from './bridge-link.js';
import { settle } from './veth.js';

/**
 * A segment is a further bridge of a network. A pair of interfaces joins it to the network's own bridge. Where sandboxes may speak
 * to each other there is a second pair, by which frames to them come in: so what br_netfilter turns round at the network's own bridge
 * (a sandbox that calls a port of the host which leads to its own segment, or to itself) goes out by another port than it came in by,
 * and need not be let back where floods would come back as well. No frame goes round in a circle: what comes in never goes out again.
 */

/** A segment as it is in the kernel. */
export interface Segment {
  readonly bridge: Link;
  /** Index of the port of the network's own bridge that leads to its endpoints. */
  readonly trunk: number;
}

/** What a segment is joined to. */
export interface Trunk {
  /** The network's own bridge. */
  readonly bridgeIndex: number;
  readonly address: string;
  /** In bytes. */
  readonly mtu: number;
  /** Nothing passes from port to port (`icc=false`): from segment to segment neither. */
  readonly isApart: boolean;
}

/** The most that an Ethernet-like link carries (ETH_MAX_MTU): whatever endpoints of a segment agree on passes to others. */
const widest = 65535;

/** Never answers for addresses of other links: those of the host are to be found at the network's own bridge (ip-sysctl.rst). */
const silent = '8';
const strict = '1';

/** One of the pairs that join a segment: what its ends are called, and what the bridges do at them. */
interface Pair {
  readonly own: string;
  readonly far: string;
  readonly atOwn: BridgePortOptions;
  readonly atFar: BridgePortOptions;
}

/** Of a port that gets only what is meant for what is known to be behind it, and from which nothing is learnt. */
const narrow = { learning: 0, unicastFlood: 0, multicastFlood: 0, broadcastFlood: 0 } as const;

/** Where the network's own bridge knows who has an address, its answer is enough: see presence.ts. */
const answered = { proxyArpWifi: 1 } as const;

function pairsOf(segment: string, isApart: boolean): readonly Pair[] {
  const [outward, inward] = pairNames(segment);
  return isApart
    ? [{ ...outward, atOwn: { ...answered, isolated: 1 }, atFar: answered }]
    : [
        { ...outward, atOwn: answered, atFar: { ...answered, isolated: 1 } },
        { ...inward, atOwn: { ...answered, ...narrow }, atFar: { ...narrow, isolated: 1 } },
      ];
}

function pairNames(segment: string) {
  const digits = segment.slice(-12);
  return [
    { own: `bo-${digits}`, far: `so-${digits}` },
    { own: `bi-${digits}`, far: `si-${digits}` },
  ] as const;
}

/** The names that the port which leads to a segment's endpoints may have, the one that it has if it is there first. */
export function trunkNames(segment: string): readonly string[] {
  const [outward, inward] = pairNames(segment);
  return [inward.own, outward.own];
}

/** The names of the links that a segment consists of. */
export function segmentLinks(segment: string): string[] {
  return [segment, ...pairNames(segment).flatMap(({ own, far }) => [own, far])];
}

/**
 * Brings a segment into the state that the record describes, wherever it got stuck or was damaged. Two processes may do so at
 * once. The host has no address on it, and hears nothing there. In few trips to the kernel: those who attach wait for it. Throws
 * EBRIDGEOWNER, ENOTBRIDGE.
 */
export async function setUpSegment(
  context: DriverContext,
  record: NetworkRecord,
  name: string,
  trunk: Trunk,
): Promise<Segment> {
  const { connection } = context;
  const address = segmentMac(name);
  const pairs = pairsOf(name, trunk.isApart);
  const info = { kind: 'bridge' as const, data: bridgeOptions };
  const made = await connection.requestAll([
    // With the neighbouring MTU first: see setUpBridge.
    newLink({ name, address, mtu: trunk.mtu ^ 1, info }),
    ...pairs.map((pair) => newLink(pairLink(pair, { own: trunk.address, far: address }))),
  ]);
  refuse(made.filter(({ error }) => error?.code !== 'EEXIST'));
  const names = [name, ...pairs.flatMap(({ own, far }) => [own, far])];
  const found = await connection.requestAll<Link>(names.map((one) => getLink({ name: one })));
  refuse(found);
  const [bridge, ...ends] = found.flatMap(({ body }) => body ?? []) as [Link, ...Link[]];
  refuseOthers([bridge, ...ends], context, record);
  await connection.sysctl([...deaf(name), ...ends.flatMap((end) => quietIpv6(end.name, false))]);
  const alias = formatMark({ kind: 'segment', id: record.id, name: record.name }, context.directory);
  const indexes = ends.map(({ index }) => index);
  const joined = await connection.requestAll<unknown>([
    setLink({ index: bridge.index, mtu: trunk.mtu, alias, up: true }),
    ...pairs.flatMap(({ atOwn, atFar }, i) => [
      ...join(indexes[2 * i + 1] as number, bridge.index, atFar, alias),
      ...join(indexes[2 * i] as number, trunk.bridgeIndex, atOwn, alias),
    ]),
    ...[...indexes, bridge.index].map(settle),
  ]);
  refuse(joined);
  return { bridge, trunk: indexes.at(-2) as number };
}

/** `addresses` are MAC addresses. */
function pairLink({ own, far }: Pair, addresses: { readonly own: string; readonly far: string }): LinkSettings {
  const lean = { mtu: widest, numTxQueues: 1, numRxQueues: 1 };
  const peer = { ...lean, name: far, address: addresses.far };
  return { ...lean, name: own, address: addresses.own, info: { kind: 'veth', data: { peer } } };
}

/** A port is told what it is while it is still down. */
function join(index: number, master: number, slaveData: BridgePortOptions, alias: string): Request[] {
  return [setLink({ index, alias, master }), setLink({ index, info: { slaveKind: 'bridge', slaveData }, up: true })];
}

/** Throws the first refusal. */
function refuse(answers: readonly Answer[]): void {
  const refused = answers.find(({ error }) => error);
  if (refused?.error) {
    throw refused.error;
  }
}

/** The host takes nothing in there, and says nothing: no way back leads there, so that strict filtering drops all that is IPv4. */
function deaf(bridge: string): Sysctl[] {
  return [
    ...quietIpv6(bridge, false),
    { path: `ipv4/conf/${bridge}/arp_ignore`, value: silent },
    { path: `ipv4/conf/${bridge}/rp_filter`, value: strict },
    { path: `ipv4/conf/${bridge}/forwarding`, value: '0' },
  ];
}

/** Throws ENOTBRIDGE, and EBRIDGEOWNER for what bears the mark of somebody else. */
function refuseOthers(links: readonly [Link, ...Link[]], { directory }: DriverContext, { id }: NetworkRecord): void {
  const [bridge] = links;
  if (bridge.info?.kind !== 'bridge') {
    throw newError('ENOTBRIDGE', { interface: bridge.name });
  }
  for (const { name, alias } of links) {
    const mark = parseMark(alias);
    if (mark && !(isMarkOf(mark, directory) && mark.id === id)) {
      throw newError('EBRIDGEOWNER', { bridge: name, directory: mark.directory });
    }
  }
}

/** Of its own, so that frames to the gateway pass it: local (0x02), and not of the range of endpoints. */
function segmentMac(name: string): string {
  const digits = name.slice(-10);
  return ['06', ...(digits.match(/../g) ?? [])].join(':');
}
