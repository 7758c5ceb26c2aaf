import { TableFamily, type TableRef } from '../../../src/netlink/index.js';
import type { TestNetns } from '../../support/netns.js';

/** Tables with a set or map of every type that the firewall has, as nft makes them. */
const tables = `
table inet plumbing {
  comment "revision 1"
  set interfaces { type ifname; }
  set sealed { type nf_proto; }
  set subnets4 { type ipv4_addr; flags interval; }
  set subnets6 { type ipv6_addr; flags interval; }
  set same4 { type ipv4_addr . ipv4_addr; flags interval; }
  set same6 { type ipv6_addr . ipv6_addr; flags interval; }
  map sources4 { type ipv4_addr : ipv4_addr; flags interval; }
  map sources6 { type ipv6_addr : ipv6_addr; flags interval; }
  map host_ports4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
  map host_ports6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
  map all_ports4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
  map all_ports6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
  set published4 { type ipv4_addr . inet_proto . inet_service; }
  set published6 { type ipv6_addr . inet_proto . inet_service; }
  set links4 { type ipv4_addr . ipv4_addr . inet_proto . inet_service; }
  set links6 { type ipv6_addr . ipv6_addr . inet_proto . inet_service; }
  set hairpins4 { type ipv4_addr . ipv4_addr; }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname @interfaces accept comment "the only one"
    counter drop
  }
}
table bridge plumbing {
  set guarded { type ifname; }
  set macs { type ifname . ether_addr; }
  set addresses4 { type ifname . ipv4_addr; }
  set addresses6 { type ifname . ipv6_addr; }
}`;

export const inet: TableRef = { family: TableFamily.inet, name: 'plumbing' };
export const bridge: TableRef = { family: TableFamily.bridge, name: 'plumbing' };

export function makeTables(netns: TestNetns): void {
  netns.run('nft', tables);
}

/** What nft lists as a set's or map's elements, in order; `10.1.0.2 . tcp . 80` or `KEY : VALUE`. */
export function elementsSeen(netns: TestNetns, set: string, table = inet): string[] {
  const family = table === inet ? 'inet' : 'bridge';
  const kind = /^(sources|host_ports|all_ports)/.test(set) ? 'map' : 'set';
  const text = netns.run('nft', 'list', kind, family, table.name, set);
  const [, elements] = /elements = \{([^}]*)\}/.exec(text) ?? [];
  return elements === undefined ? [] : elements.split(',').map((element) => element.trim().replace(/\s+/g, ' '));
}
