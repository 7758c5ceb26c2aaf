import { anyContains, type ExposedPort, parseAnySubnet } from '../../address/index.js';
import { newError } from '../../errors/index.js';
import { leadsThroughHost } from '../../network/index.js';
import type { EndpointRecord, NetworkRecord, SandboxRecord, Tables } from '../../store/index.js';
import { networkHasNames } from '../dns/names-of.js';
import type { LinkedSandbox } from './environment.js';
import type { HostsInput, HostsLine } from './hosts.js';

/** Stands for the address by which a sandbox reaches the host. */
const hostGateway = 'host-gateway';

/** A link, with the sandbox at its other end and the endpoints on the network that both are on. */
interface Bond {
  readonly alias: string;
  readonly server: SandboxRecord;
  readonly endpoint: EndpointRecord;
}

/** The sandbox whose namespace a sandbox is in, itself or another one. */
export function ownerOf({ sandboxes }: Tables, record: SandboxRecord): SandboxRecord {
  return (record.netns.kind === 'shared' && sandboxes.get(record.netns.sandbox)) || record;
}

/**
 * The id of the sandbox whose files (`nameFilePaths`) a sandbox uses: its own, or those of the one whose namespace it shares;
 * nothing if it has not asked for files. In a transaction or a read.
 */
export function filesHolder(tables: Tables, record: SandboxRecord): string | undefined {
  if (!record.files) {
    return undefined;
  }
  const owner = ownerOf(tables, record);
  return owner.files ? owner.id : record.id;
}

/** Sandboxes that have a link to one of these names. */
export function linkersOf({ linkers, sandboxes }: Tables, names: Iterable<string>): SandboxRecord[] {
  const ids = new Set([...names].flatMap((name) => linkers.get(name) ?? []));
  return [...ids].flatMap((id) => sandboxes.get(id) ?? []);
}

/** What a sandbox has links to, as far as that is there. */
export function linkedTo(tables: Tables, record: SandboxRecord): LinkedSandbox[] {
  return bondsOf(tables, record).map(({ alias, server, endpoint }) => ({
    alias,
    address: endpoint.address,
    ports: servedPorts(server),
    env: server.env ?? [],
  }));
}

/**
 * The lines of a sandbox's hosts file. First those that it was given, so that they count more than ours; then its own names, by the
 * address of each endpoint; then those of the sandboxes that it has links to. `host-gateway` is left out where the host cannot
 * be reached.
 */
export function hostsOf(tables: Tables, record: SandboxRecord): HostsInput {
  return [...givenLines(tables, record), ...ownLines(record), ...bondsOf(tables, record).flatMap(linkLines)];
}

/** Throws EBADOPTION for a `host-gateway` that there is not. */
export function demandHostGateway(tables: Tables, record: SandboxRecord): void {
  const entry = record.naming?.hosts?.find(({ address }) => address === hostGateway);
  if (entry && hostGateways(tables, record).length === 0) {
    const reason = 'the sandbox is on no network by which it reaches the host';
    throw newError('EBADOPTION', { option: 'addHosts', value: `${entry.name}:${hostGateway}`, reason });
  }
}

/** The addresses at which a sandbox asks for names: those of the first of its networks that has a name server; none if none has. */
export function nameServersOf(tables: Tables, record: SandboxRecord): string[] {
  const found = settledEndpoints(record).map((endpoint) => {
    const network = tables.networks.get(endpoint.network);
    return network && networkHasNames(network) ? gatewaysOf(network, endpoint) : [];
  });
  return found.find((servers) => servers.length > 0) ?? [];
}

/** Whether a sandbox has an address of IPv6. */
export function hasIpv6(record: SandboxRecord): boolean {
  return settledEndpoints(record).some(({ address6 }) => address6 !== undefined);
}

function givenLines(tables: Tables, record: SandboxRecord): HostsLine[] {
  return (record.naming?.hosts ?? []).flatMap(({ name, address }) =>
    (address === hostGateway ? hostGateways(tables, record) : [address]).map((one) => ({
      address: one,
      names: [name],
    })),
  );
}

/** By which addresses the sandbox reaches the host: of one that is in the host's namespace its own. */
function hostGateways(tables: Tables, record: SandboxRecord): string[] {
  if (record.netns.kind === 'host') {
    return ['127.0.0.1'];
  }
  const found = settledEndpoints(record).map((endpoint) => {
    const network = tables.networks.get(endpoint.network);
    return network && leadsThroughHost(network) ? gatewaysOf(network, endpoint) : [];
  });
  return found.find((gateways) => gateways.length > 0) ?? [];
}

function ownLines(record: SandboxRecord): HostsLine[] {
  return settledEndpoints(record).flatMap((endpoint) => linesOf(endpoint, namesOf(record)));
}

function linkLines({ alias, server, endpoint }: Bond): HostsLine[] {
  return linesOf(endpoint, [alias, ...namesOf(server)]);
}

function linesOf({ address, address6 }: EndpointRecord, names: readonly string[]): HostsLine[] {
  return [address, address6].flatMap((one) => (one === undefined || names.length === 0 ? [] : { address: one, names }));
}

/** The host name, without its domain as well if it has one, and the sandbox's name. */
function namesOf({ hostname, name }: SandboxRecord): string[] {
  const [short] = hostname?.split('.', 1) ?? [];
  return [hostname, short, name].filter((one) => one !== undefined);
}

/** Each link leads to the address on the first network that both are on. */
function bondsOf(tables: Tables, record: SandboxRecord): Bond[] {
  return (record.links ?? []).flatMap(({ name, alias }) => {
    const server = tables.sandboxes.get(tables.names.get(name) ?? '');
    if (!server || server.state === 'leaving') {
      return [];
    }
    const own = settledEndpoints(record).filter(({ link }) => link === undefined);
    const theirs = own.flatMap(({ network }) => settledEndpoints(server).find((one) => one.network === network) ?? []);
    const [endpoint] = theirs;
    return endpoint ? [{ alias, server, endpoint }] : [];
  });
}

/** Those that are there, and stay. */
function settledEndpoints({ endpoints }: SandboxRecord): EndpointRecord[] {
  return endpoints.filter(({ unsettled }) => unsettled === undefined);
}

/** What a sandbox serves: what it exposes, and what it publishes. */
function servedPorts({ exposed = [], ports = [] }: SandboxRecord): ExposedPort[] {
  const staying = ports.filter(({ unsettled }) => unsettled !== 'going');
  const all = [...exposed, ...staying].map(({ protocol, port }) => ({ protocol, port }));
  return [...new Map(all.map((one) => [`${one.port}/${one.protocol}`, one])).values()];
}

/** A network's own addresses on the host, of the subnets that an endpoint's addresses are from: not its router, which may be another's. */
function gatewaysOf({ subnets }: NetworkRecord, { address, address6 }: EndpointRecord): string[] {
  return [address, address6].flatMap((own) => {
    const subnet =
      own === undefined ? undefined : subnets.find(({ subnet }) => anyContains(parseAnySubnet(subnet), own));
    return subnet?.gateway ?? [];
  });
}
