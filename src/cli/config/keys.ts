import type { HostOptions } from '../../host/index.js';

/** What JSON a key's value is. */
export type Shape = 'string' | 'number' | 'boolean' | 'strings' | 'pools';

export interface Key {
  /** The option of the library that it sets. */
  readonly option: keyof HostOptions;
  readonly shape: Shape;
}

/** The network keys of Docker's daemon.json, in the order of its documentation. */
export const keys: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['bridge', { option: 'bridge', shape: 'string' }],
  ['bip', { option: 'bip', shape: 'string' }],
  ['fixed-cidr', { option: 'fixedCidr', shape: 'string' }],
  ['default-gateway', { option: 'defaultGateway', shape: 'string' }],
  ['default-gateway-v6', { option: 'defaultGatewayV6', shape: 'string' }],
  ['mtu', { option: 'mtu', shape: 'number' }],
  ['icc', { option: 'icc', shape: 'boolean' }],
  ['ip', { option: 'ip', shape: 'string' }],
  ['ip-forward', { option: 'ipForward', shape: 'boolean' }],
  ['ip-masq', { option: 'ipMasq', shape: 'boolean' }],
  ['iptables', { option: 'iptables', shape: 'boolean' }],
  ['firewall-backend', { option: 'firewall', shape: 'string' }],
  ['dns', { option: 'dns', shape: 'strings' }],
  ['dns-search', { option: 'dnsSearch', shape: 'strings' }],
  ['dns-opts', { option: 'dnsOptions', shape: 'strings' }],
  ['default-address-pools', { option: 'defaultAddressPools', shape: 'pools' }],
  ['ipv6', { option: 'ipv6', shape: 'boolean' }],
  ['fixed-cidr-v6', { option: 'fixedCidrV6', shape: 'string' }],
]);
