import { isIP } from 'node:net';
import {
  formatIpv6,
  isHostIpv4,
  isHostIpv6,
  parseInterfaceName,
  parseIpv4,
  parseIpv6,
  parseMtu,
} from '../address/index.js';
import { nearest, newError } from '../errors/index.js';

/** How a network's addresses are reached from outside: Docker's gateway modes. */
export type GatewayMode = 'nat' | 'routed' | 'isolated';

/** Options of a network, read. What is left out was not asked for. */
export interface NetworkOptions {
  readonly bridgeName?: string;
  /** Whether endpoints of one bridge may talk to each other; for the firewall. */
  readonly enableIcc?: boolean;
  /** Whether what leaves the network bears the host's address; for the firewall. */
  readonly enableIpMasquerade?: boolean;
  /** Where published ports listen unless told otherwise; for the firewall. */
  readonly hostBindingIpv4?: string;
  /** Tells the network `bridge` apart in `inspect`. */
  readonly defaultBridge?: boolean;
  readonly mtu?: number;
  readonly interfacePrefix?: string;
  readonly gatewayModeIpv4?: GatewayMode;
  readonly gatewayModeIpv6?: GatewayMode;
  /** What masqueraded packets bear as their source, instead of the address of the interface by which they leave. */
  readonly hostIpv4?: string;
  readonly hostIpv6?: string;
  /** Whether each endpoint may speak in its own name only. */
  readonly spoofGuard?: boolean;
  /** Whether sandboxes find each other by name (src/naming). */
  readonly dns?: boolean;
  /** After so many endpoints on one bridge the network gets another (segments.ts). */
  readonly portsPerBridge?: number;
  /** The host's interface under macvlans. */
  readonly parent?: string;
  readonly macvlanMode?: MacvlanModeName;
}

export type MacvlanModeName = 'bridge' | 'private' | 'vepa' | 'passthru';

/** The longest prefix that leaves room for a number in an interface name. */
const longestPrefix = 11;

/** Of one bridge, beside those that lead to further bridges. */
const mostPorts = 900;

const readers = {
  'com.docker.network.bridge.name': (text: string) => ({ bridgeName: parseInterfaceName(text) }),
  'com.docker.network.bridge.enable_icc': (text: string) => ({ enableIcc: readBoolean(text) }),
  'com.docker.network.bridge.enable_ip_masquerade': (text: string) => ({ enableIpMasquerade: readBoolean(text) }),
  'com.docker.network.bridge.host_binding_ipv4': (text: string) => ({ hostBindingIpv4: readIpv4(text) }),
  'com.docker.network.bridge.default_bridge': (text: string) => ({ defaultBridge: readBoolean(text) }),
  'com.docker.network.bridge.gateway_mode_ipv4': (text: string) => ({ gatewayModeIpv4: readGatewayMode(text) }),
  'com.docker.network.bridge.gateway_mode_ipv6': (text: string) => ({ gatewayModeIpv6: readGatewayMode(text) }),
  'com.docker.network.host_ipv4': (text: string) => ({ hostIpv4: readHostIpv4(text) }),
  'com.docker.network.host_ipv6': (text: string) => ({ hostIpv6: readHostIpv6(text) }),
  'netplumb.spoof_guard': (text: string) => ({ spoofGuard: readBoolean(text) }),
  'netplumb.dns': (text: string) => ({ dns: readBoolean(text) }),
  'netplumb.ports_per_bridge': (text: string) => ({ portsPerBridge: readPorts(text) }),
  'com.docker.network.driver.mtu': (text: string) => ({ mtu: parseMtu(text) }),
  'com.docker.network.container_iface_prefix': (text: string) => ({ interfacePrefix: readPrefix(text) }),
  parent: (text: string) => ({ parent: parseInterfaceName(text) }),
  macvlan_mode: (text: string) => ({ macvlanMode: readMacvlanMode(text) }),
} satisfies Readonly<Record<string, (text: string) => NetworkOptions>>;

/** An option's name, as `network create --opt` takes it. */
export type NetworkOptionName = keyof typeof readers;

/** Reads options for a driver that heeds `known`. Throws EBADOPTION, for an unknown one with the nearest known name. */
export function readNetworkOptions(
  given: Readonly<Record<string, string>>,
  known: readonly NetworkOptionName[],
): NetworkOptions {
  return Object.assign({}, ...Object.entries(given).map(([name, text]) => readOption(name, text, known)));
}

/** Of the options of a network those that ask for what only a firewall can do. */
export function unmetOptions(options: Readonly<Record<string, string>>): string[] {
  const { enableIcc, enableIpMasquerade, gatewayModeIpv4, gatewayModeIpv6, hostBindingIpv4 } = recordedOptions(options);
  const isUnmet = {
    'com.docker.network.bridge.enable_icc': enableIcc === false,
    'com.docker.network.bridge.enable_ip_masquerade': enableIpMasquerade === true,
    'com.docker.network.bridge.gateway_mode_ipv4': gatewayModeIpv4 === 'nat',
    'com.docker.network.bridge.gateway_mode_ipv6': gatewayModeIpv6 === 'nat',
    'com.docker.network.bridge.host_binding_ipv4': hostBindingIpv4 !== undefined,
  };
  return Object.entries(isUnmet).flatMap(([name, is]) => (is ? [name] : []));
}

/** Options of a network on record: they have been read before. */
export function recordedOptions(options: Readonly<Record<string, string>>): NetworkOptions {
  return readNetworkOptions(options, Object.keys(readers) as NetworkOptionName[]);
}

function readOption(name: string, text: string, known: readonly NetworkOptionName[]): NetworkOptions {
  const option = known.find((one) => one === name);
  if (option === undefined) {
    const meant = nearest(name, known);
    const reason = `this driver has no such option${meant === undefined ? '' : `; did you mean ${meant}?`}`;
    throw newError('EBADOPTION', { option: 'opt', value: name, reason }, { hint: `It has ${known.join(', ')}.` });
  }
  if (typeof text !== 'string') {
    throw newError('EBADOPTION', { option, value: text, reason: 'it is not text' });
  }
  try {
    return readers[option](text);
  } catch (cause) {
    throw newError('EBADOPTION', { option, value: text, reason: (cause as Error).message }, { cause });
  }
}

/** What Go's strconv.ParseBool takes, as in Docker. */
function readBoolean(text: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) {
    return true;
  }
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) {
    return false;
  }
  throw new Error('it is neither true nor false');
}

function readIpv4(text: string): string {
  if (isIP(text) !== 4) {
    throw new Error('it is not an IPv4 address');
  }
  return text;
}

function readHostIpv4(text: string): string {
  if (!isHostIpv4(parseIpv4(text))) {
    throw new Error('no host has it');
  }
  return text;
}

/** In the one way that addresses are written here. */
function readHostIpv6(text: string): string {
  const address = parseIpv6(text);
  if (!isHostIpv6(address)) {
    throw new Error('no host has it');
  }
  return formatIpv6(address);
}

function readGatewayMode(text: string): GatewayMode {
  if (text === 'nat' || text === 'routed' || text === 'isolated') {
    return text;
  }
  throw new Error('it is none of nat, routed and isolated');
}

/** The kernel's limit is 1023 (BR_MAX_PORTS, net/bridge/br_private.h); the rest is for other bridges of the network. */
function readPorts(text: string): number {
  const ports = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (ports < 1 || ports > mostPorts) {
    throw new Error(`it is not a number from 1 to ${mostPorts}`);
  }
  return ports;
}

function readMacvlanMode(text: string): MacvlanModeName {
  if (text === 'bridge' || text === 'private' || text === 'vepa' || text === 'passthru') {
    return text;
  }
  throw new Error('it is none of bridge, private, vepa and passthru');
}

function readPrefix(text: string): string {
  parseInterfaceName(text);
  if (text.length > longestPrefix || /\d$/.test(text)) {
    throw new Error(`it has more than ${longestPrefix} characters, or ends in a digit`);
  }
  return text;
}
