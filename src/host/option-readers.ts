import {
  formatInterfaceAddress,
  formatIpv4,
  formatIpv6,
  formatSubnet,
  formatSubnet6,
  parseAnyAddress,
  parseDnsOptions,
  parseInterfaceAddress,
  parseInterfaceName,
  parseIpv4,
  parseIpv6,
  parseMtu,
  parseNameservers,
  parseSearchDomains,
  parseSubnet,
  parseSubnet6,
} from '../address/index.js';
import { nearest, newError } from '../errors/index.js';
import type { FirewallBackend } from '../firewall/index.js';
import { parsePools } from '../ipam/index.js';
import type { HostOptions } from './options.js';

/** Each reads a value of whatever type; `called` is what errors call the option. */
type Readers = {
  readonly [Name in keyof HostOptions]-?: (value: unknown, called: string) => NonNullable<HostOptions[Name]>;
};

const readers: Readers = {
  runDir: readPath,
  stateDir: readPath,
  netns: readPath,
  bridge: (value) => parseInterfaceName(value as string),
  bip: (value) => formatInterfaceAddress(parseInterfaceAddress(value as string)),
  fixedCidr: (value) => formatSubnet(parseSubnet(value as string)),
  mtu: (value) => parseMtu(value as number),
  defaultGateway: (value) => formatIpv4(parseIpv4(value as string)),
  ipv6: readBoolean,
  fixedCidrV6: (value) => formatSubnet6(parseSubnet6(value as string)),
  defaultGatewayV6: (value) => formatIpv6(parseIpv6(value as string)),
  defaultAddressPools: parsePools,
  icc: readBoolean,
  ip: (value) => parseAnyAddress(value as string),
  ipForward: readBoolean,
  ipMasq: readBoolean,
  iptables: readBoolean,
  firewall: readFirewall,
  dns: (value, called) => parseNameservers(value as string[], called),
  dnsSearch: readSearch,
  dnsOptions: (value, called) => parseDnsOptions(value as string[], called),
};

/**
 * Reads one option's value, of whatever type; `called` is what errors call the option. Throws EBADIFNAME, EBADCIDR, EBADMTU,
 * EBADADDR, and EBADOPTION for all else: also for an option that there is not.
 */
export function readOption(name: string, value: unknown, called = name): unknown {
  if (!isOption(name)) {
    const meant = nearest(name, Object.keys(readers));
    throw bad(called, value, `there is no such option${meant === undefined ? '' : `; did you mean "${meant}"?`}`);
  }
  return readers[name](value, called);
}

function isOption(name: string): name is keyof HostOptions {
  return Object.hasOwn(readers, name);
}

function readPath(value: unknown, called: string): string {
  if (typeof value !== 'string' || value === '' || value.includes('\0')) {
    throw bad(called, value, 'it is not a path');
  }
  return value;
}

function readBoolean(value: unknown, called: string): boolean {
  if (typeof value !== 'boolean') {
    throw bad(called, value, 'it is neither true nor false');
  }
  return value;
}

function readFirewall(value: unknown, called: string): FirewallBackend {
  if (value !== 'nftables' && value !== 'iptables' && value !== 'none') {
    throw bad(called, value, 'it is none of nftables, iptables and none');
  }
  return value;
}

/** As it was given: the list of "." alone says something, an empty one nothing. */
function readSearch(value: unknown, called: string): readonly string[] {
  parseSearchDomains(value as string[], called);
  return value as string[];
}

function bad(option: string, value: unknown, reason: string): Error {
  return newError('EBADOPTION', { option, value, reason });
}
