import { shortId } from '../../address/index.js';
import type { EndpointRecord } from '../../store/index.js';
import type { Style } from './style.js';
import { formatFields } from './table.js';

/** What people are told of an endpoint. */
export function endpointFields(endpoint: EndpointRecord) {
  const { address, prefixLength, address6, prefixLength6 } = endpoint;
  return [
    ['Network', shortId(endpoint.network)],
    ['Interface', endpoint.interface],
    ['Address', `${address}/${prefixLength}`],
    ['IPv6 address', address6 && `${address6}/${prefixLength6}`],
    ['MAC address', endpoint.macAddress],
    ['Gateway', endpoint.gateway],
    ['IPv6 gateway', endpoint.gateway6],
    ['Aliases', endpoint.aliases?.join(', ')],
    ['MTU', endpoint.mtu.toString()],
    ['Host interface', endpoint.hostInterface],
  ] as const;
}

/** A new endpoint, one field a line. */
export function formatEndpoint(endpoint: EndpointRecord, style: Style): string {
  return formatFields(endpointFields(endpoint), style);
}
