import type { ExposedPort, PublishedPort } from '../store/index.js';

/** One address family's part of a network. */
export interface GuardedSubnet {
  readonly family: 4 | 6;
  /** NETWORK/PREFIX. */
  readonly subnet: string;
}

/** How packets of one family get in and out of a network. */
export interface Passage {
  /** `nat`: out with the host's address, in by published ports. `routed`: with their own. `isolated`: not at all. */
  readonly mode: 'nat' | 'routed' | 'isolated';
  /** Whether what leaves the network bears the host's address. Only in mode `nat`. */
  readonly masquerade: boolean;
  /** The address that it bears, instead of that of the interface by which it leaves. */
  readonly source?: string;
}

/** A network whose packets pass through the host: all that rules have to know of it. */
export interface GuardedNetwork {
  readonly id: string;
  readonly name: string;
  /** Where its endpoints are found on the host: the bridge; of `ptp` the link that has the network's own addresses. */
  readonly interface: string;
  readonly subnets: readonly GuardedSubnet[];
  /** Nothing in, nothing out. */
  readonly internal: boolean;
  /** Whether its endpoints may talk to each other. */
  readonly icc: boolean;
  readonly ipv4: Passage;
  readonly ipv6: Passage;
  /** Whether each endpoint may speak in its own name only. */
  readonly spoofGuard: boolean;
  /** The host's address on which ports are published that do not say so. */
  readonly publishAddress?: string;
  /** Whether every endpoint is an interface of its own on the host, without a bridge. */
  readonly isRouted: boolean;
}

/** An endpoint on such a network, as rules know it. */
export interface GuardedEndpoint {
  readonly id: string;
  readonly network: GuardedNetwork;
  readonly hostInterface?: string;
  readonly macAddress: string;
  readonly address: string;
  readonly address6?: string;
  /** What is reached on the host, or in mode `routed` at the endpoint itself; none of one by which nothing is published. */
  readonly ports: readonly PublishedPort[];
}

/** One endpoint that may speak to another of its network, to these ports, though its others may not. */
export interface GuardedLink {
  readonly client: GuardedEndpoint;
  readonly server: GuardedEndpoint;
  readonly ports: readonly ExposedPort[];
}

/** Families that the host forwards between its other interfaces only because we have switched forwarding on. */
export interface Sealed {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/** All that should be in force for one run directory. */
export interface FirewallModel {
  readonly networks: readonly GuardedNetwork[];
  /** The same networks at their further bridges, each with that as its interface. */
  readonly segments: readonly GuardedNetwork[];
  readonly endpoints: readonly GuardedEndpoint[];
  readonly links: readonly GuardedLink[];
  readonly sealed: Sealed;
}
