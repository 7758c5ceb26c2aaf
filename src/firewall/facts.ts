import type { Family } from '../address/index.js';
import { familyOf, type PublishedPort } from '../address/index.js';
import { leadsThroughHost, recordedOptions, segmentsOf } from '../network/index.js';
import {
  allNetworks,
  allSandboxes,
  type EndpointRecord,
  type ExposedPort,
  type NetworkRecord,
  type SandboxRecord,
  type Tables,
  type Unsettled,
} from '../store/index.js';
import type { FirewallModel, GuardedEndpoint, GuardedLink, GuardedNetwork, Passage } from './model.js';
import { sealedOf } from './sealed.js';

/** Where the facts of sandboxes are taken from. */
export interface Facts {
  readonly tables: Tables;
  /** By id; undefined for a network that is not there, or whose packets do not pass through the host. */
  readonly networkOf: (id: string) => GuardedNetwork | undefined;
}

/** Facts from the records as they are. In a transaction. */
export function factsFrom(tables: Tables): Facts {
  const networks = new Map(allNetworks(tables).map((record) => [record.id, guardedNetwork(record)]));
  return { tables, networkOf: (id) => networks.get(id) };
}

/** All that should be in force, as the records have it. In a transaction. */
export function modelOf(tables: Tables): FirewallModel {
  const facts = factsFrom(tables);
  const sandboxes = allSandboxes(tables).filter(isStaying).map(stayingPart);
  const networks = allNetworks(tables).flatMap(({ id }) => facts.networkOf(id) ?? []);
  return {
    networks,
    segments: networks.flatMap((network) =>
      segmentsOf(tables, network.id).map((name) => ({ ...network, interface: name })),
    ),
    endpoints: sandboxes.flatMap((record) => guardedEndpoints(facts, record)),
    links: sandboxes.flatMap((record) => linksFrom(facts, record, isStaying)),
    sealed: sealedOf(tables),
  };
}

/** What rules have to know of a network; nothing of one whose packets do not pass through the host's firewall. */
export function guardedNetwork(record: NetworkRecord): GuardedNetwork | undefined {
  const { id, name, driver, internal, subnets } = record;
  if (!leadsThroughHost(record) || record.interface === undefined) {
    return undefined;
  }
  const options = recordedOptions(record.options);
  const passage = (mode: Passage['mode'] = 'nat', source: string | undefined): Passage => ({
    mode,
    masquerade: mode === 'nat' && options.enableIpMasquerade !== false,
    ...(source !== undefined && { source }),
  });
  return {
    id,
    name,
    interface: record.interface,
    subnets: subnets.map(({ subnet }) => ({ family: familyOf(subnet) ?? 4, subnet })),
    internal,
    icc: options.enableIcc !== false,
    ipv4: passage(options.gatewayModeIpv4, options.hostIpv4),
    ipv6: passage(options.gatewayModeIpv6, options.hostIpv6),
    spoofGuard: options.spoofGuard === true,
    isRouted: driver === 'ptp',
    ...(options.hostBindingIpv4 !== undefined && { publishAddress: options.hostBindingIpv4 }),
  };
}

/** A sandbox's endpoints on such networks. */
export function guardedEndpoints(facts: Facts, record: SandboxRecord): GuardedEndpoint[] {
  const own = guardedRecords(facts, record);
  const leader = { 4: leaderOf(own, 'gateway'), 6: leaderOf(own, 'gateway6') };
  return own.map(({ endpoint, network }) => {
    const { id, hostInterface, macAddress, address, address6 } = endpoint;
    return {
      id,
      network,
      ...(hostInterface !== undefined && { hostInterface }),
      macAddress,
      address,
      ...(address6 !== undefined && { address6 }),
      ports: portsBy(record.ports ?? [], leader[4] === endpoint, leader[6] === endpoint),
    };
  });
}

/** The record of the endpoint by which a sandbox's ports are published, of IPv4 if it has that; none without a way out. */
export function publishingEndpoint(facts: Facts, record: SandboxRecord): EndpointRecord | undefined {
  const own = guardedRecords(facts, record);
  return leaderOf(own, 'gateway') ?? leaderOf(own, 'gateway6');
}

/** A sandbox's links to others and others' to it, on the networks that both are on; of those others that are `meant`. */
export function linksOf(
  facts: Facts,
  record: SandboxRecord,
  isMeant: (other: SandboxRecord) => boolean = () => true,
): GuardedLink[] {
  const { tables } = facts;
  const clients = new Set(tables.linkers.get(record.name));
  const others = [...clients].flatMap((id) => (id === record.id ? [] : (tables.sandboxes.get(id) ?? [])));
  return [
    ...linksFrom(facts, record, isMeant),
    ...others.filter(isMeant).flatMap((client) => linksBetween(facts, client, record)),
  ];
}

function linksFrom(facts: Facts, client: SandboxRecord, isMeant: (server: SandboxRecord) => boolean): GuardedLink[] {
  const { tables } = facts;
  const names = new Set((client.links ?? []).map(({ name }) => name));
  return [...names].flatMap((name) => {
    const server = tables.sandboxes.get(tables.names.get(name) ?? '');
    return server && isMeant(server) ? linksBetween(facts, client, server) : [];
  });
}

/** A sandbox without what is being removed of it. */
function stayingPart(record: SandboxRecord): SandboxRecord {
  const isGoing = ({ unsettled }: { readonly unsettled?: Unsettled }) => unsettled === 'going';
  const { endpoints, ports } = record;
  return [...endpoints, ...(ports ?? [])].some(isGoing)
    ? {
        ...record,
        endpoints: endpoints.filter((one) => !isGoing(one)),
        ports: ports?.filter((one) => !isGoing(one)) ?? [],
      }
    : record;
}

/** Whether a sandbox is not being removed. */
export function isStaying({ state }: SandboxRecord): boolean {
  return state !== 'leaving';
}

function guardedRecords({ networkOf }: Facts, record: SandboxRecord): GuardedRecord[] {
  return record.endpoints.flatMap((endpoint) => {
    const network = endpoint.link === undefined ? networkOf(endpoint.network) : undefined;
    return network ? [{ endpoint, network }] : [];
  });
}

function linksBetween(facts: Facts, client: SandboxRecord, server: SandboxRecord): GuardedLink[] {
  const ports = servedPorts(server);
  const servers = guardedEndpoints(facts, server);
  return guardedEndpoints(facts, client).flatMap((from) =>
    servers.filter((to) => to.network.id === from.network.id).map((to) => ({ client: from, server: to, ports })),
  );
}

/** What a sandbox serves: what it exposes, and what it publishes. */
function servedPorts({ exposed = [], ports = [] }: SandboxRecord): ExposedPort[] {
  const all = [...exposed, ...ports].map(({ protocol, port }) => ({ protocol, port }));
  return [...new Map(all.map((one) => [`${one.port}/${one.protocol}`, one])).values()];
}

interface GuardedRecord {
  readonly endpoint: EndpointRecord;
  readonly network: GuardedNetwork;
}

/** The endpoint by which a family's ports are published: the one that leads out, of those that lead through the host. */
function leaderOf(own: readonly GuardedRecord[], gateway: 'gateway' | 'gateway6'): EndpointRecord | undefined {
  let best: EndpointRecord | undefined;
  for (const { endpoint, network } of own) {
    const leadsOut = endpoint[gateway] !== undefined && !endpoint.unsettled && !network.internal;
    if (leadsOut && (!best || endpoint.gatewayPriority > best.gatewayPriority)) {
      best = endpoint;
    }
  }
  return best;
}

/** Those of a sandbox's ports that are published by an endpoint that leads one family, or both. */
function portsBy(ports: readonly PublishedPort[], leads4: boolean, leads6: boolean): PublishedPort[] {
  const every: Readonly<Record<Family, string>> = { 4: '0.0.0.0', 6: '::' };
  return ports.flatMap((port) => {
    const family = port.hostAddress === undefined ? undefined : familyOf(port.hostAddress);
    if (family === undefined) {
      if (leads4 && leads6) {
        return [port];
      }
      return leads4 || leads6 ? [{ ...port, hostAddress: every[leads4 ? 4 : 6] }] : [];
    }
    return (family === 4 ? leads4 : leads6) ? [port] : [];
  });
}
