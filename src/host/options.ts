import { parseSearchDomains } from '../address/index.js';
import { newError } from '../errors/index.js';
import type { FirewallBackend } from '../firewall/index.js';
import { type DefaultPool, parsePools } from '../ipam/index.js';
import { contradiction } from './contradiction.js';
import { readOption } from './option-readers.js';

/**
 * Which host, where its state is, and how its default network is made. All that are not about places are the daemon's
 * options of Docker.
 */
export interface HostOptions {
  /** Records that die with the kernel objects. Default: `NETPLUMB_RUN_DIR`, else `/run/netplumb`. */
  readonly runDir?: string | undefined;
  /** Definitions of networks, which outlive a reboot. Default: `NETPLUMB_STATE_DIR`, else `/var/lib/netplumb`. */
  readonly stateDir?: string | undefined;
  /** File of the host's network namespace. Default: `NETPLUMB_HOST_NETNS`, else the caller's own namespace. */
  readonly netns?: string | undefined;
  /** An existing bridge for the default network, used as it is and never changed. Default: `netplumb0` is made. */
  readonly bridge?: string | undefined;
  /** Address and prefix of the bridge that is made. Default: `172.17.0.1/16`, else the next free range. */
  readonly bip?: string | undefined;
  /** The part of the default network's subnet that addresses are given out from. Default: the whole of it. */
  readonly fixedCidr?: string | undefined;
  /** Of the bridge that is made, and of endpoints that ask for none. Default: 1500, or that of a bridge that was found. */
  readonly mtu?: number | undefined;
  /** Default gateway of endpoints that ask for none. Default: the bridge's address. */
  readonly defaultGateway?: string | undefined;
  /** Whether the default network has IPv6 as well. Default: false. */
  readonly ipv6?: boolean | undefined;
  /** The default network's IPv6 subnet. Default: a random one out of fd00::/8. */
  readonly fixedCidrV6?: string | undefined;
  /** IPv6 default gateway of endpoints that ask for none. Default: the bridge's address. */
  readonly defaultGatewayV6?: string | undefined;
  /** Where subnets come from that nobody names. Default: Docker's, 172.17.0.0/16 … 172.31.0.0/16 and 192.168.0.0/16 in /20s. */
  readonly defaultAddressPools?: readonly DefaultPool[] | undefined;
  /** Whether endpoints of the default network may talk to each other. Default: true. */
  readonly icc?: boolean | undefined;
  /** The host's address on which ports are published unless told otherwise. Default: all of them. */
  readonly ip?: string | undefined;
  /** Whether to switch the host's forwarding on for networks that lead somewhere. Default: true. */
  readonly ipForward?: boolean | undefined;
  /** Whether what leaves the default network by another interface bears the host's address. Default: true. */
  readonly ipMasq?: boolean | undefined;
  /** Whether rules may be added to the host's firewall; false is the same as `firewall: 'none'`. Default: true. */
  readonly iptables?: boolean | undefined;
  /** How. Default: `NETPLUMB_FIREWALL`, else `nftables`. With `none`, nothing is translated, published or kept apart. */
  readonly firewall?: FirewallBackend | undefined;
  /** Name servers of sandboxes that ask for none: up to three. Default: those that the host asks. */
  readonly dns?: readonly string[] | undefined;
  /** Domains in which such sandboxes look names up; `['.']`: none. Default: the host's. */
  readonly dnsSearch?: readonly string[] | undefined;
  /** Options of resolv.conf(5) for such sandboxes. Default: the host's. */
  readonly dnsOptions?: readonly string[] | undefined;
}

/** Options that were read: well formed, fit for each other, defaults filled in. */
export interface ReadOptions extends Omit<HostOptions, 'defaultAddressPools' | 'iptables'> {
  readonly runDir: string;
  readonly stateDir: string;
  readonly netns: string;
  readonly ipForward: boolean;
  readonly firewall: FirewallBackend;
  /** Not there if nothing was asked for; an empty list: no domain is searched. */
  readonly dnsSearch?: readonly string[];
  /** Where subnets come from that nobody names. */
  readonly pools: readonly DefaultPool[];
}

const defaults = { runDir: '/run/netplumb', stateDir: '/var/lib/netplumb', netns: '/proc/thread-self/ns/net' };

/**
 * Reads options and environment; an empty variable says nothing. Throws EBADIFNAME, EBADCIDR, EBADMTU, EBADADDR, EBADOPTION:
 * also for an option that there is not, and for options that contradict each other.
 */
export function readOptions(options: HostOptions, environment: NodeJS.ProcessEnv): ReadOptions {
  const around = {
    runDir: environment.NETPLUMB_RUN_DIR || undefined,
    stateDir: environment.NETPLUMB_STATE_DIR || undefined,
    netns: environment.NETPLUMB_HOST_NETNS || undefined,
    firewall: environment.NETPLUMB_FIREWALL || undefined,
  };
  const {
    defaultAddressPools,
    iptables = true,
    dns = [],
    dnsSearch = [],
    dnsOptions = [],
    ...read
  } = readEach({ ...defaults, ...given(around), ...given(options) });
  const problem = contradiction({ ...read, iptables });
  if (problem) {
    throw newError('EBADOPTION', { option: problem.option, value: problem.value, reason: problem.reason });
  }
  const { firewall = iptables ? 'nftables' : 'none', ipForward = true } = read;
  const names = {
    ...(dns.length > 0 && { dns }),
    ...(dnsSearch.length > 0 && { dnsSearch: parseSearchDomains(dnsSearch) }),
    ...(dnsOptions.length > 0 && { dnsOptions }),
  };
  return { ...read, ...names, firewall, ipForward, pools: parsePools(defaultAddressPools) };
}

function readEach(options: object): HostOptions & typeof defaults {
  const read = Object.entries(options).map(([name, value]) => [name, readOption(name, value)]);
  return Object.fromEntries(read) as HostOptions & typeof defaults;
}

/** Without those that are left out by being undefined. */
function given(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
