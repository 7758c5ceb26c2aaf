import type { NetplumbError } from '../errors/index.js';
import type { Pool } from '../ipam/index.js';
import type { Connection, Link, Request, Step, Sysctl } from '../netlink/index.js';
import type { EndpointRecord, NetworkRecord } from '../store/index.js';
import type { NetworkOptionName, NetworkOptions } from './options.js';

/** What drivers work with: one host's. */
export interface DriverContext {
  readonly connection: Connection;
  /** The run directory: whose the kernel objects are. */
  readonly directory: string;
}

/** What a network that is to be made is called and asks for. */
export interface Draft {
  readonly id: string;
  readonly name: string;
  readonly internal: boolean;
  readonly options: NetworkOptions;
}

/** The link on the host that a network is to be built on. */
export interface Foundation {
  readonly interface?: string;
  /** Whether we make it. */
  readonly ours: boolean;
  /** Its addresses with prefix lengths, when it is there already: they decide which subnets the network has. */
  readonly addresses?: readonly string[];
  /** The driver's reasons may make it one. */
  readonly internal?: boolean;
}

/** An endpoint and its link on the host. */
export interface HostEnd {
  readonly endpoint: EndpointRecord;
  readonly link: Link;
}

/** A network that is ready for endpoints. */
export interface Network {
  readonly record: NetworkRecord;
  readonly pools: readonly Pool[];
  readonly pools6: readonly Pool[];
  /** Of endpoints that ask for none, in bytes. */
  readonly mtu: number;
  /** What the names of interfaces in sandboxes begin with: `eth`. */
  readonly interfacePrefix: string;
  /** Routers that endpoints are told of instead of their subnet's gateway. */
  readonly defaultGateway?: string | undefined;
  readonly defaultGateway6?: string | undefined;
  /** Whether an endpoint is alone in its subnet, with a /32 and a /128, and everything else lies behind the gateway. */
  readonly isRouted: boolean;
  /** Whether endpoints have an interface on the host. */
  readonly hasHostEnd: boolean;
  /** Of each bridge, for endpoints; those beyond spread over segments (segments.ts). None where there is nothing to spread over. */
  readonly portsPerBridge?: number;
  /** Brings a segment into the state that the record describes. Before endpoints on it are planned; looked at once. */
  openSegment?(name: string): Promise<void>;
  /** What the kernel has to do for an endpoint. Pure. */
  plan(endpoint: EndpointRecord, context: PlanContext): EndpointPlan;
  /** A refused step in the words of what was asked for; nothing when the kernel's own have to do. */
  explain?(step: string, cause: NetplumbError, endpoint: EndpointRecord): Promise<NetplumbError | undefined>;
  /** What puts endpoints' host ends back in their places, for each of them; nothing for one that is where it belongs. */
  replace?(ends: readonly HostEnd[]): Promise<readonly (readonly Request[])[]>;
}

/** What a plan needs beside the records. */
export interface PlanContext {
  /** The alias of links that belong to the sandbox. */
  readonly mark: string;
  /** The descriptor by which messages name the plan's own sandbox. */
  readonly sandboxSlot: number;
  /** The interface index to ask for in the sandbox. */
  readonly index: number;
  /** Whether the sandbox's default routes lead through this endpoint. */
  readonly isDefault: boolean;
}

export interface EndpointPlan {
  /** Set in the sandbox before anything is made there. */
  readonly sysctls: readonly Sysctl[];
  readonly steps: readonly Step[];
}

/** What joins sandboxes to networks of one kind: one file each. */
export interface Driver {
  readonly name: string;
  /** The options it heeds; others are refused. */
  readonly options: readonly NetworkOptionName[];
  /** Decides, before anything is recorded, what the network will be built on. */
  found(draft: Draft, context: DriverContext): Promise<Foundation>;
  /** Brings the kernel into the state that the record describes. Two processes may do so at once; can be repeated. */
  ready(record: NetworkRecord, settings: Settings, context: DriverContext): Promise<Network>;
}

/** What the host's own options say about a network beyond its record. */
export interface Settings {
  readonly mtu?: number | undefined;
  readonly defaultGateway?: string | undefined;
  readonly defaultGateway6?: string | undefined;
  /** Called for a segment before it passes frames. */
  readonly guardSegment: (name: string) => Promise<void>;
  /** Whether rules of ours guard the host: only then may interfaces be opened to what the rules let through. */
  readonly firewall: boolean;
}
