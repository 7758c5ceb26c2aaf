import { anyContains, contains, parseAnySubnet, parseInterfaceAddress, parseSubnet } from '../address/index.js';
import type { HostOptions } from './options.js';

/** The option to blame, what it has, and why that cannot be. */
export interface Contradiction {
  readonly option: keyof HostOptions;
  readonly value: string;
  readonly reason: string;
}

/** What speaks against these options together, each of them well formed; nothing if they fit. */
export function contradiction(options: HostOptions): Contradiction | undefined {
  return outsideBridge(options) ?? withoutIpv6(options) ?? outsideIpv6(options) ?? withoutFirewall(options);
}

function outsideBridge({ bip, fixedCidr, defaultGateway }: HostOptions): Contradiction | undefined {
  if (bip === undefined) {
    return undefined;
  }
  const bridge = { family: 4, ...parseInterfaceAddress(bip) } as const;
  const reason = `it is not inside the subnet of the bridge, which has ${bip}`;
  if (fixedCidr !== undefined) {
    const range = parseSubnet(fixedCidr);
    if (!contains(bridge.subnet, range.network) || range.prefix < bridge.subnet.prefix) {
      return { option: 'fixedCidr', value: fixedCidr, reason };
    }
  }
  return defaultGateway === undefined || anyContains(bridge, defaultGateway)
    ? undefined
    : { option: 'defaultGateway', value: defaultGateway, reason };
}

function withoutIpv6({ ipv6, fixedCidrV6, defaultGatewayV6 }: HostOptions): Contradiction | undefined {
  const reason = 'it would have no effect: ipv6 is not switched on';
  if (ipv6 === true) {
    return undefined;
  }
  if (fixedCidrV6 !== undefined) {
    return { option: 'fixedCidrV6', value: fixedCidrV6, reason };
  }
  return defaultGatewayV6 === undefined ? undefined : { option: 'defaultGatewayV6', value: defaultGatewayV6, reason };
}

function outsideIpv6({ fixedCidrV6, defaultGatewayV6 }: HostOptions): Contradiction | undefined {
  if (fixedCidrV6 === undefined || defaultGatewayV6 === undefined) {
    return undefined;
  }
  const reason = `it is not inside ${fixedCidrV6}, the subnet of the bridge`;
  return anyContains(parseAnySubnet(fixedCidrV6), defaultGatewayV6)
    ? undefined
    : { option: 'defaultGatewayV6', value: defaultGatewayV6, reason };
}

/** A protection that is asked for is never left out in silence. */
function withoutFirewall({ firewall, iptables, icc }: HostOptions): Contradiction | undefined {
  if (iptables === false && firewall !== undefined && firewall !== 'none') {
    return { option: 'firewall', value: firewall, reason: 'iptables is switched off, and with it every firewall' };
  }
  const isOff = firewall === 'none' || iptables === false;
  return isOff && icc === false
    ? { option: 'icc', value: 'false', reason: 'without a firewall nobody keeps sandboxes of one network apart' }
    : undefined;
}
