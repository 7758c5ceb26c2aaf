import {
  formatIpv4,
  formatIpv6,
  parseIpv4,
  parseIpv6,
  parseMac,
  parseMtu,
  parseNetworkAlias,
} from '../address/index.js';
import { newError } from '../errors/index.js';

/** What may be asked for of an endpoint. */
export interface EndpointSpec {
  /** An address of the network's subnet, instead of the next one. */
  readonly ip?: string | undefined;
  /** The same for IPv6, in a network that has it. */
  readonly ip6?: string | undefined;
  /** Instead of 02:42 and the four bytes of the address. */
  readonly macAddress?: string | undefined;
  /** Instead of the network's. */
  readonly defaultGateway?: string | undefined;
  /** In bytes; default: the host's `mtu` option, else its bridge's. */
  readonly mtu?: number | undefined;
  /** Of all endpoints that the sandbox will have, the one with the highest leads to the default gateway. Default: 0. */
  readonly gatewayPriority?: number | undefined;
  /** Further names by which the sandboxes of that network find it; several sandboxes may have one. */
  readonly networkAliases?: readonly string[] | undefined;
}

/** The same, read: addresses in the one way that they are written here. */
export interface EndpointWish {
  readonly ip: string | undefined;
  readonly ip6: string | undefined;
  readonly macAddress: string | undefined;
  readonly defaultGateway: string | undefined;
  readonly mtu: number | undefined;
  readonly gatewayPriority: number;
  /** Each once. */
  readonly aliases: readonly string[];
}

/** Throws EBADADDR, EBADMAC, EBADMTU, EBADOPTION. */
export function readWish({
  ip,
  ip6,
  macAddress,
  defaultGateway,
  mtu,
  gatewayPriority = 0,
  networkAliases = [],
}: EndpointSpec): EndpointWish {
  if (!Number.isSafeInteger(gatewayPriority)) {
    throw newError('EBADOPTION', {
      option: 'gatewayPriority',
      value: gatewayPriority,
      reason: 'it is not a whole number',
    });
  }
  if (!Array.isArray(networkAliases)) {
    throw newError('EBADOPTION', {
      option: 'networkAliases',
      value: networkAliases,
      reason: 'it is not a list',
    });
  }
  return {
    ip: ip === undefined ? undefined : formatIpv4(parseIpv4(ip)),
    ip6: ip6 === undefined ? undefined : formatIpv6(parseIpv6(ip6)),
    macAddress: macAddress === undefined ? undefined : parseMac(macAddress),
    defaultGateway: defaultGateway === undefined ? undefined : formatIpv4(parseIpv4(defaultGateway)),
    mtu: mtu === undefined ? undefined : parseMtu(mtu),
    gatewayPriority,
    aliases: networkAliases.length === 0 ? networkAliases : [...new Set(networkAliases.map(parseNetworkAlias))],
  };
}
