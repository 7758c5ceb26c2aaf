import { type Address, RTM_DELADDR, RTM_NEWADDR } from './address.js';
import { AF_BRIDGE } from './family.js';
import { type BridgePort, type Link, RTM_DELLINK, RTM_NEWLINK } from './link.js';
import { type Neighbour, RTM_DELNEIGH, RTM_NEWNEIGH } from './neighbour.js';
import { type NetnsId, RTM_DELNSID, RTM_NEWNSID } from './netns-id.js';
import { type RulesetChange, rulesetChange } from './nft-event.js';
import { type Route, RTM_DELROUTE, RTM_NEWROUTE } from './route.js';
import { RTM_DELRULE, RTM_NEWRULE, type Rule } from './rule.js';

/** What can be subscribed to, and what its events are about. */
export interface Topics {
  readonly link: Link;
  /** A link that becomes, changes as, or ceases to be a port of a bridge. */
  readonly 'bridge-port': BridgePort;
  readonly address: Address;
  readonly route: Route;
  /** Entries of forwarding databases (family AF_BRIDGE) too. */
  readonly neighbour: Neighbour;
  readonly rule: Rule;
  readonly 'netns-id': NetnsId;
  /** The firewall's tables (nf_tables), also those of iptables-nft. What the connection itself does there is not told. */
  readonly ruleset: RulesetChange;
}

export type Topic = keyof Topics;

/** Something was made or has changed (`new`: `object` as it is now), or is gone (`del`: as it was). */
export type ChangeEvent<T extends Topic = Topic> = {
  readonly [Name in T]: { readonly type: Name; readonly action: 'new' | 'del'; readonly object: Topics[Name] };
}[T];

/** Events were lost because they were not read fast enough: read anew whatever is followed. */
export interface LostEvent {
  readonly type: 'lost';
}

export type NetlinkEvent<T extends Topic = Topic> = ChangeEvent<T> | LostEvent;

/** Multicast groups of a protocol. */
export interface Source {
  /** NETLINK_* (linux/netlink.h). */
  readonly protocol: number;
  readonly groups: readonly number[];
}

const rtnetlink = 0;
const netfilter = 12;

/** RTNLGRP_* (linux/rtnetlink.h), NFNLGRP_* (linux/netfilter/nfnetlink.h). */
const sources: Readonly<Record<Topic, Source>> = {
  link: { protocol: rtnetlink, groups: [1] },
  'bridge-port': { protocol: rtnetlink, groups: [1] },
  neighbour: { protocol: rtnetlink, groups: [3] },
  address: { protocol: rtnetlink, groups: [5, 9] },
  route: { protocol: rtnetlink, groups: [7, 11] },
  rule: { protocol: rtnetlink, groups: [8, 19] },
  'netns-id': { protocol: rtnetlink, groups: [28] },
  ruleset: { protocol: netfilter, groups: [7] },
};

/** Where these topics are told: each protocol once, with each of its groups once. */
export function sourcesOf(topics: readonly Topic[]): Source[] {
  const all = topics.map((topic) => sources[topic]);
  return [...new Set(all.map(({ protocol }) => protocol))].map((protocol) => ({
    protocol,
    groups: [...new Set(all.filter((source) => source.protocol === protocol).flatMap(({ groups }) => groups))],
  }));
}

const messages = new Map<number, readonly [topic: Topic, action: 'new' | 'del']>([
  [RTM_NEWLINK, ['link', 'new']],
  [RTM_DELLINK, ['link', 'del']],
  [RTM_NEWADDR, ['address', 'new']],
  [RTM_DELADDR, ['address', 'del']],
  [RTM_NEWROUTE, ['route', 'new']],
  [RTM_DELROUTE, ['route', 'del']],
  [RTM_NEWNEIGH, ['neighbour', 'new']],
  [RTM_DELNEIGH, ['neighbour', 'del']],
  [RTM_NEWRULE, ['rule', 'new']],
  [RTM_DELRULE, ['rule', 'del']],
  [RTM_NEWNSID, ['netns-id', 'new']],
  [RTM_DELNSID, ['netns-id', 'del']],
]);

/** A notification as an event; undefined for a message that is none. */
export function eventOf({ type, body }: { readonly type: number; readonly body: unknown }): ChangeEvent | undefined {
  const [topic, action] = messages.get(type) ?? [];
  if (topic === undefined || action === undefined) {
    const change = rulesetChange(type, body);
    return change && { type: 'ruleset', action: change.kind === 'generation' ? 'new' : 'del', object: change };
  }
  // A link's "deletion" in the bridge family means that it left its bridge.
  const isPort = topic === 'link' && (body as Link).family === AF_BRIDGE;
  return { type: isPort ? 'bridge-port' : topic, action, object: body } as ChangeEvent;
}
