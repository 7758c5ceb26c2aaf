import type { ExposedPort, PublishedPort } from '../address/index.js';

export type { ExposedPort, PublishedPort } from '../address/index.js';

/** Being made, or being removed, by whoever is changing the sandbox. */
export type Unsettled = 'coming' | 'going';

/** A port of a sandbox that is reached on the host. */
export interface PortRecord extends PublishedPort {
  readonly unsettled?: Unsettled;
}

/** Another sandbox that this one may speak to, whatever its network forbids. */
export interface LinkRecord {
  /** The other's name; whoever has it. */
  readonly name: string;
  readonly alias: string;
}

/** One sandbox's attachment to one network: all that is needed to find its kernel objects again. */
export interface EndpointRecord {
  /** 64 hexadecimal characters. */
  readonly id: string;
  /** By id. */
  readonly network: string;
  /** Name in the sandbox's namespace: `eth0`. */
  readonly interface: string;
  /** Name of the host's end of the veth pair; none where the driver makes none. */
  readonly hostInterface?: string;
  /** Its interface index, which no other link of the host ever had: what it is found by. */
  readonly hostIndex?: number;
  /** The bridge that its host end is a port of, if that is not the network's own (src/network/segments.ts). */
  readonly segment?: string;
  readonly address: string;
  readonly prefixLength: number;
  /** None in a network that leads nowhere else. */
  readonly gateway?: string;
  readonly address6?: string;
  readonly prefixLength6?: number;
  readonly gateway6?: string;
  readonly macAddress: string;
  readonly mtu: number;
  /** Of a sandbox's endpoints the one with the highest has the default route; the first of those with the same. */
  readonly gatewayPriority: number;
  /** Of a link between two sandboxes: the link's id, and the sandbox at its other end. Its `network` is none. */
  readonly link?: { readonly id: string; readonly peer: string };
  /** Further names that it has in its network, in lower case. */
  readonly aliases?: readonly string[];
  readonly unsettled?: Unsettled;
}

/** What a sandbox was given for the files in which its programs look names up. */
export interface NamingRecord {
  /** Addresses of name servers. */
  readonly servers?: readonly string[];
  /** Domains in which names are looked up; an empty list: none, whatever the host has. */
  readonly search?: readonly string[];
  /** Of resolv.conf(5): `ndots:2`. */
  readonly options?: readonly string[];
  readonly hosts?: readonly HostEntry[];
}

/** A line for /etc/hosts. */
export interface HostEntry {
  readonly name: string;
  /** `host-gateway`: that by which the sandbox reaches the host. */
  readonly address: string;
}

/** Where a sandbox's namespace is found. */
export type NetnsRecord =
  /** Made by us and bound to `pin`. */
  | { readonly kind: 'created' }
  /** A process's; the sandbox ends with it. */
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'path'; readonly path: string }
  /** A descriptor of the process that attached it: nobody else can look. */
  | { readonly kind: 'fd' }
  /** The host's own. */
  | { readonly kind: 'host' }
  /** That of another sandbox, by id. */
  | { readonly kind: 'shared'; readonly sandbox: string };

/** What tells a sandbox that was built ahead from others, until somebody has taken it. */
export interface PoolMark {
  /** Which entries of a network are alike: those with the same ports published and exposed (src/pool/shape.ts). */
  readonly shape: string;
  /** The inode of its namespace's file (nsfs), once it is complete: no other namespace has it while this one lives. */
  readonly inode?: number;
}

export interface SandboxRecord {
  readonly id: string;
  readonly name: string;
  /** `network`: one that has a name of its own. */
  readonly mode: 'bridge' | 'network' | 'host' | 'none' | 'container';
  /**
   * `pending` from before the first kernel object until after the last; `changing` while endpoints are added and removed;
   * `leaving` from before the first removal until the record itself goes. Each, with its owner dead, is for gc to clean up.
   * `pooled`: complete, and waiting in a pool for whoever takes it (src/pool).
   */
  readonly state: 'pending' | 'pooled' | 'ready' | 'changing' | 'leaving';
  /** Who works on it, or with whom it ends; `nobody` once a removal was given up. See owner.ts. */
  readonly owner: string;
  /** Who adds or removes endpoints, while it is `changing`. */
  readonly changer?: string;
  /** Ends with its owner (a command under `run`). */
  readonly bound: boolean;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly netns: NetnsRecord;
  /** None when it is the host's. */
  readonly hostname?: string;
  /** The kernel's number of its namespace, once known; decimal. */
  readonly cookie?: string;
  /** How long the steps of its attach took (src/endpoint/timings.ts); none where nothing was made. */
  readonly times?: string;
  /** Its file under /run/netns, if we made one. */
  readonly pin?: string;
  /** In the order in which they were made. */
  readonly endpoints: readonly EndpointRecord[];
  readonly exposed?: readonly ExposedPort[];
  readonly ports?: readonly PortRecord[];
  readonly links?: readonly LinkRecord[];
  readonly naming?: NamingRecord;
  /** Variables of what runs in it, `NAME=VALUE`: those who link to it see them. */
  readonly env?: readonly string[];
  /** Whether it has files of its own for /etc/hosts and the like (src/naming). */
  readonly files?: true;
  /** Of one in a pool, or on its way into or out of it: nobody knows of it but the pool. */
  readonly pool?: PoolMark;
}

/** One subnet of a network. */
export interface SubnetRecord {
  /** NETWORK/PREFIX, of either family. */
  readonly subnet: string;
  /** None when nobody in the network is one. */
  readonly gateway?: string;
  /** Where addresses are given out from, NETWORK/PREFIX; the whole subnet if absent. */
  readonly range?: string;
  /** Addresses that others have, by name. */
  readonly auxiliary?: Readonly<Record<string, string>>;
}

export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Leads nowhere else: its endpoints get no default route. */
  readonly internal: boolean;
  /** Of no meaning on one host; kept for those who ask. */
  readonly attachable: boolean;
  readonly ipv6: boolean;
  /** IPv4 first. */
  readonly subnets: readonly SubnetRecord[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The link on the host that it is built on: the bridge, the parent of macvlans. */
  readonly interface?: string;
  /** Whether we made that link. One that we found is used as it is and never changed or deleted. */
  readonly ours: boolean;
}

/** That a sandbox has a port of the host, at some or all of its addresses. */
export interface PortClaim {
  /** As in PublishedPort. */
  readonly hostAddress?: string;
  /** By id. */
  readonly sandbox: string;
  /** The sandbox's own port that is reached by it. */
  readonly port: number;
  /** Where it is given back to: pools that have given it out, or passed it over (src/ipam). */
  readonly pools?: readonly string[];
}

/** What the firewall has to remember of what it did: any JSON. */
export type FirewallNote =
  | string
  | number
  | boolean
  | null
  | readonly FirewallNote[]
  | { readonly [name: string]: FirewallNote };
