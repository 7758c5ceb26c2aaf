/** What a rival is asked to do, and how it is asked. */

/** One endpoint to make, in a sandbox that exists already. */
export interface EndpointSpec {
  /** As `ip netns` knows it. */
  readonly sandbox: string;
  /** Where the sandbox is pinned. */
  readonly path: string;
  /** Name of the veth's host end, for rivals that let us choose it. */
  readonly hostEnd: string;
  /** Without prefix length, which is that of `network`. */
  readonly address: string;
  readonly mac: string;
}

export interface Peer {
  readonly name: string;
  /** How many endpoints a run makes: fewer of the slow ones, so that nobody waits. */
  readonly count: number;
  /** Whether each endpoint has a published port. */
  readonly publishes: boolean;
  /** The installed version; undefined when the rival is not installed. */
  version(): string | undefined;
  /**
   * Makes the endpoints on one bridge, whose gateway address is `network.gateway`: veth, bridge port, MAC, address with
   * prefix length, default route, `lo` up. Returns the milliseconds that took, without what is done once for a network
   * where the rival itself does it once. Runs in a throw-away host.
   */
  attach(endpoints: readonly EndpointSpec[]): number | Promise<number>;
}

/** The network that every rival makes endpoints on. */
export const network = { subnet: '172.17.0.0/16', gateway: '172.17.0.1', prefixLength: 16 } as const;

/** The addresses after the gateway's that differ from it in the last byte only. */
export const mostEndpoints = 250;

/** Specs of the first `count` (1 to `mostEndpoints`) endpoints, in sandboxes s0, s1…, from the subnet's second address on. */
export function endpointSpecs(count: number): EndpointSpec[] {
  return Array.from({ length: count }, (_, i) => ({
    sandbox: `s${i}`,
    path: `/run/netns/s${i}`,
    hostEnd: `veth${i}`,
    address: `172.17.0.${i + 2}`,
    mac: `02:42:ac:11:00:${(i + 2).toString(16).padStart(2, '0')}`,
  }));
}
