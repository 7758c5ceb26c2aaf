import type { EndpointRecord, SandboxRecord } from '../../store/index.js';

/** What is told of: kernel objects in the host's namespace, and what any process does to sandboxes and networks. */
export const eventTypes = ['link', 'address', 'route', 'sandbox', 'network', 'endpoint'] as const;
export type EventType = (typeof eventTypes)[number];

export type HostEvent =
  | LinkEvent
  | AddressEvent
  | RouteEvent
  | SandboxEvent
  | NetworkEvent
  | DamageEvent
  | EndpointEvent
  | LostHostEvents;

interface Timed {
  /** Milliseconds since 1970: when a record was changed, or when the kernel's event was read. */
  readonly time: number;
}

/** A sandbox or a network. */
export interface NamedObject {
  readonly id: string;
  readonly name: string;
}

/** What a link belongs to: neither when it is none of ours, or not yet marked as such. */
export interface LinkOwner {
  readonly sandbox?: NamedObject;
  readonly network?: NamedObject;
}

/** As much of a link as events are about; `netplumb/rtnl` tells all. */
export interface LinkSummary {
  readonly index: number;
  readonly name: string;
  /** `bridge`, `veth`…; none for hardware and the loopback. */
  readonly kind?: string;
  /** `down`: switched off. `no-carrier`: switched on, but nothing is connected. */
  readonly state: 'up' | 'no-carrier' | 'down';
  readonly mtu: number;
  /** Link-layer address. */
  readonly address?: string;
  /** Name of the bridge that it is a port of. */
  readonly master?: string;
}

export interface LinkEvent extends Timed, LinkOwner {
  readonly type: 'link';
  readonly action: 'created' | 'changed' | 'deleted';
  /** As it is now; of one that was deleted: as it was. */
  readonly link: LinkSummary;
  /** What is not as it was; only of one that has changed. */
  readonly changed?: readonly (keyof LinkSummary | keyof LinkOwner)[];
}

/** An address that a link of the host got (or whose lifetimes were renewed) or lost. */
export interface AddressEvent extends Timed, LinkOwner {
  readonly type: 'address';
  readonly action: 'added' | 'removed';
  /** With its prefix length: `172.17.0.1/16`. */
  readonly address: string;
  readonly family: 4 | 6;
  /** The other end's, of a point-to-point link. */
  readonly peer?: string;
  /** Index of the link. */
  readonly index: number;
  /** Name of the link; none when it is gone. */
  readonly interface?: string;
}

/** A route of the host; those to its own addresses (table `local`) are left out: addresses tell as much. */
export interface RouteEvent extends Timed, LinkOwner {
  readonly type: 'route';
  readonly action: 'added' | 'removed';
  /** `10.0.0.0/8`, or `default`. */
  readonly destination: string;
  readonly family: 4 | 6;
  /** `unicast`, `blackhole`…: what is done with packets. */
  readonly kind: string;
  readonly table: number;
  readonly metric?: number;
  /** The ways that packets take: usually one, none for a blackhole and its like. */
  readonly hops: readonly RouteWay[];
}

export interface RouteWay {
  readonly gateway?: string;
  /** Index and name of the link. */
  readonly index?: number;
  readonly interface?: string;
}

/** Its endpoints have events of their own: connected after it was attached, disconnected before it was detached. */
export interface SandboxEvent extends Timed {
  readonly type: 'sandbox';
  readonly action: 'attached' | 'detached';
  readonly id: string;
  readonly name: string;
  readonly mode: SandboxRecord['mode'];
  /** Those that it was attached with, or had at last. */
  readonly endpoints: readonly EndpointRecord[];
}

export interface NetworkEvent extends Timed {
  readonly type: 'network';
  readonly action: 'created' | 'removed';
  readonly id: string;
  readonly name: string;
  readonly driver: string;
}

/** The link on the host that a network lives on was deleted under it, or is there again after that. */
export interface DamageEvent extends Timed {
  readonly type: 'network';
  readonly action: 'damaged' | 'restored';
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** Name of the link. */
  readonly interface: string;
  /** Who is on the network. */
  readonly sandboxes: readonly NamedObject[];
}

export interface EndpointEvent extends Timed {
  readonly type: 'endpoint';
  readonly action: 'connected' | 'disconnected';
  readonly sandbox: NamedObject;
  /** Unless it is the end of a link between two sandboxes. */
  readonly network?: MaybeNamed;
  /** The sandbox at the other end of such a link. */
  readonly peer?: MaybeNamed;
  readonly endpoint: EndpointRecord;
}

/** Without a name when it is on record no longer. */
export interface MaybeNamed {
  readonly id: string;
  readonly name?: string;
}

/** Events were lost because they were not read fast enough: read anew whatever is followed. */
export interface LostHostEvents extends Timed {
  readonly type: 'lost';
  /** `kernel`: of links, addresses and routes. `records`: of sandboxes, networks and endpoints. */
  readonly of: 'kernel' | 'records';
}
