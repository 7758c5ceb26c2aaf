import { type Network, takePort } from '../network/index.js';
import { type EndpointRecord, type Tables, takeHostIndex } from '../store/index.js';

/** Where an endpoint's end on the host is to be; empty where the driver makes none. */
export type HostEndPlace = Pick<EndpointRecord, 'hostIndex' | 'segment'>;

/** Finds a place for an endpoint's end on the host. In a transaction; given back with the endpoint's addresses. */
export function takeHostEnd(tables: Tables, { record, hasHostEnd, portsPerBridge }: Network): HostEndPlace {
  const segment = portsPerBridge === undefined ? undefined : takePort(tables, record.id, portsPerBridge);
  const port = segment !== undefined && { segment };
  return hasHostEnd ? { hostIndex: takeHostIndex(tables), ...port } : { ...port };
}
