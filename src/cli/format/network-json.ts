import type { NetworkInfo } from '../../host/index.js';

type Info = NetworkInfo['endpoints'][number];

/** A network as `docker network inspect` prints it (moby `api/types/network` Inspect): its keys, in its order. */
export interface DockerNetwork {
  readonly Name: string;
  readonly Id: string;
  /** RFC 3339 with nanoseconds. */
  readonly Created: string;
  readonly Scope: string;
  readonly Driver: string;
  readonly EnableIPv6: boolean;
  readonly IPAM: {
    readonly Driver: 'default';
    readonly Options: Readonly<Record<string, never>> | null;
    readonly Config: readonly DockerSubnet[];
  };
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly Ingress: false;
  readonly ConfigFrom: { readonly Network: '' };
  readonly ConfigOnly: false;
  /** By the sandbox's id. */
  readonly Containers: Readonly<Record<string, DockerContainer>>;
  readonly Options: Readonly<Record<string, string>>;
  readonly Labels: Readonly<Record<string, string>>;
  /** What Docker has no word for; only when asked for. */
  readonly Netplumb?: OwnFacts;
}

/** One without a value is left out. */
interface DockerSubnet {
  readonly Subnet: string;
  readonly IPRange?: string;
  readonly Gateway?: string;
  readonly AuxiliaryAddresses?: Readonly<Record<string, string>>;
}

interface DockerContainer {
  readonly Name: string;
  readonly EndpointID: string;
  readonly MacAddress: string;
  /** With its prefix length; empty if there is none. */
  readonly IPv4Address: string;
  readonly IPv6Address: string;
}

interface OwnFacts {
  /** The link on the host that the network is built on. */
  readonly Interface: string | null;
  /** By the sandbox's id. */
  readonly Endpoints: Readonly<Record<string, OwnEndpoint>>;
}

interface OwnEndpoint {
  /** In the sandbox. */
  readonly Interface: string;
  readonly HostInterface: string | null;
  readonly Gateway: string | null;
  readonly IPv6Gateway: string | null;
  readonly MTU: number;
  readonly GatewayPriority: number;
  /** Further names of the sandbox in this network. */
  readonly Aliases: readonly string[];
}

/**
 * A network in Docker's form. `verbose`: with what we know besides, under the one key `Netplumb`; without it the keys are
 * Docker's and no others.
 */
export function networkToJson(network: NetworkInfo, { verbose = false } = {}): DockerNetwork {
  const endpoints = sorted(network.endpoints, ({ sandbox }) => sandbox);
  return {
    Name: network.name,
    Id: network.id,
    Created: new Date(network.created).toISOString().replace('Z', '000000Z'),
    Scope: network.scope,
    Driver: network.driver,
    EnableIPv6: network.ipv6,
    IPAM: { Driver: 'default', Options: {}, Config: network.subnets.map(subnetToJson) },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(endpoints.map((one) => [one.sandbox, containerToJson(one)])),
    Options: sortedRecord(network.options),
    Labels: sortedRecord(network.labels),
    ...(verbose && {
      Netplumb: {
        Interface: network.interface ?? null,
        Endpoints: Object.fromEntries(endpoints.map((one) => [one.sandbox, ownEndpoint(one)])),
      },
    }),
  };
}

function subnetToJson({ subnet, range, gateway, auxiliary }: NetworkInfo['subnets'][number]): DockerSubnet {
  return {
    Subnet: subnet,
    ...(range !== undefined && { IPRange: range }),
    ...(gateway !== undefined && { Gateway: gateway }),
    ...(auxiliary && Object.keys(auxiliary).length > 0 && { AuxiliaryAddresses: sortedRecord(auxiliary) }),
  };
}

function containerToJson({ name, endpoint }: Info): DockerContainer {
  const { id, macAddress, address, prefixLength, address6, prefixLength6 } = endpoint;
  return {
    Name: name,
    EndpointID: id,
    MacAddress: macAddress,
    IPv4Address: withPrefix(address, prefixLength),
    IPv6Address: withPrefix(address6, prefixLength6),
  };
}

function ownEndpoint({ endpoint }: Info): OwnEndpoint {
  return {
    Interface: endpoint.interface,
    HostInterface: endpoint.hostInterface ?? null,
    Gateway: endpoint.gateway ?? null,
    IPv6Gateway: endpoint.gateway6 ?? null,
    MTU: endpoint.mtu,
    GatewayPriority: endpoint.gatewayPriority,
    Aliases: endpoint.aliases ?? [],
  };
}

function withPrefix(address: string | undefined, prefixLength: number | undefined): string {
  return address === undefined ? '' : `${address}/${prefixLength}`;
}

/** Go prints maps by their keys in byte order. */
function sortedRecord(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(sorted(Object.entries(record), ([key]) => key));
}

function sorted<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return [...items].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
