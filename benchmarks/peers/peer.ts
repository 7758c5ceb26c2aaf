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
  /** Of the host, leads to the sandbox's TCP port 80: for rivals that publish. */
  readonly hostPort: number;
}

/** What a rival took. */
export interface Times {
  readonly total_ms: number;
  /** Microseconds of each endpoint, in order; none of a rival that is told of all at once. */
  readonly each_us?: readonly number[];
}

export interface Peer {
  readonly name: string;
  /** Whether each endpoint has a published port. */
  readonly publishes: boolean;
  /** What is done beside what all do (see `attach`): "masquerade", "records"; empty if nothing. */
  readonly beside: string;
  /** It takes at least so many times as long as we do to attach: promised. Usual: 1, nobody is ahead. */
  readonly timesOurs?: number;
  /** IPv6 is switched off in the sandboxes beforehand, which nobody measures. */
  readonly ipv6Off?: boolean;
  /** It makes sandboxes of its own: none are there, and nothing is checked. */
  readonly apart?: boolean;
  /** The installed version; undefined when the rival is not installed. */
  version(): string | undefined;
  /** Builds what there is to build, once, before any trial. Not called when the rival is not installed. */
  prepare?(): void;
  /**
   * Makes the endpoints on one bridge, whose gateway address is `network.gateway`: veth, bridge port, MAC, address with
   * prefix length, default route, `lo` up; one after the other where the rival knows no other way. Without what is done once for a
   * network where the rival itself does it once. Runs in a throw-away host. Then `check` is to be called, and the endpoints are
   * removed again by the rival's usual way.
   */
  measure(endpoints: readonly EndpointSpec[], check: () => void): Promise<PeerTimes>;
}

export interface PeerTimes {
  readonly attach: Times;
  /** Until the rival says that it is done. */
  readonly detach: Times;
}

/** The network that every rival makes endpoints on. */
export const network = { subnet: '172.17.0.0/16', gateway: '172.17.0.1', prefixLength: 16 } as const;

/** As many as one bridge has room for, with the ports that some rivals add on their own. */
export const mostEndpoints = 1000;

const firstHostPort = 10_000;

/** Specs of the first `count` (1 to `mostEndpoints`) endpoints, in sandboxes s0, s1…, from the subnet's second address on. */
export function endpointSpecs(count: number): EndpointSpec[] {
  return Array.from({ length: count }, (_, i) => {
    const [high, low] = [(i + 2) >> 8, (i + 2) & 255];
    const hex = (byte: number) => byte.toString(16).padStart(2, '0');
    return {
      sandbox: `s${i}`,
      path: `/run/netns/s${i}`,
      hostEnd: `veth${i}`,
      address: `172.17.${high}.${low}`,
      mac: `02:42:ac:11:${hex(high)}:${hex(low)}`,
      hostPort: firstHostPort + i,
    };
  });
}
