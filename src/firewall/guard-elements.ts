import { linkLocalFromMac } from '../address/index.js';
import type { Element, Field } from './element.js';
import type { GuardedEndpoint } from './model.js';
import type { SetName } from './nftables/sets.js';

/**
 * What an endpoint may say of itself on its bridge: its MAC address, its addresses, and the link-local one that the kernel makes of
 * the MAC. Nothing without a guard, nor without a bridge: there the set `strict` does.
 */
export function guardElements({ network, hostInterface, macAddress, address, address6 }: GuardedEndpoint): Element[] {
  if (!network.spoofGuard || network.isRouted || hostInterface === undefined) {
    return [];
  }
  const port: Field = { kind: 'interface', value: hostInterface };
  const pinned = (set: SetName, value: string, kind: 'mac' | 'ipv4' | 'ipv6'): Element => ({
    table: 'bridge',
    set,
    key: [port, { kind, value }],
  });
  const addresses6 = address6 === undefined ? [] : [address6, linkLocalFromMac(macAddress)];
  return [
    { table: 'bridge', set: 'guarded', key: [port] },
    pinned('macs', macAddress, 'mac'),
    pinned('addresses4', address, 'ipv4'),
    ...addresses6.map((one) => pinned('addresses6', one, 'ipv6')),
    ...addresses6.map((one) => pinned('targets6', one, 'ipv6')),
  ];
}
