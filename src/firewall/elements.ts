import { type Family, familyOf } from '../address/index.js';
import type { Element, Field } from './element.js';
import { guardElements } from './guard-elements.js';
import type { FirewallModel, GuardedEndpoint, GuardedLink, GuardedNetwork, Passage, Sealed } from './model.js';
import type { SetName } from './nftables/sets.js';

const families: readonly Family[] = [4, 6];

/** What a network brings into the sets: nothing that depends on its endpoints, or on other networks. */
export function networkElements(network: GuardedNetwork): Element[] {
  const { icc, isRouted, interface: name } = network;
  const bridge: Field = { kind: 'interface', value: name };
  return [
    ...interfaceElements(network, name),
    ...(icc && !isRouted ? [inet('bridges', [bridge, bridge])] : []),
    ...families.flatMap((family) => subnetElements(network, family)),
  ];
}

/**
 * What one of its further bridges brings: it passes frames on to the network's own, and rules are about what that does with them.
 * Where br_netfilter is switched on, packets in frames would otherwise be tracked twice.
 */
export function segmentElements({ interface: value }: GuardedNetwork): Element[] {
  return [inet('switches', [{ kind: 'interface', value }])];
}

/** What an endpoint brings: its interface where the network has no bridge, its ports, and what it is pinned to. */
export function endpointElements(endpoint: GuardedEndpoint): Element[] {
  const { network, hostInterface } = endpoint;
  const isInterface = network.isRouted && hostInterface !== undefined;
  const own: Field[] = isInterface ? [{ kind: 'interface', value: hostInterface }] : [];
  return [
    ...(isInterface ? interfaceElements(network, hostInterface) : []),
    ...(isInterface && network.spoofGuard ? [inet('strict', own)] : []),
    ...families.flatMap((family) => portElements(endpoint, family)),
    ...guardElements(endpoint),
  ];
}

/** What lets one endpoint speak to another: nothing where all of the network may anyway. */
export function linkElements({ client, server, ports }: GuardedLink): Element[] {
  if (server.network.icc) {
    return [];
  }
  return families.flatMap((family) => {
    const [from, to] = [addressOf(client, family), addressOf(server, family)];
    return from && to
      ? ports.map(({ protocol, port }) =>
          inet(of('links', family), [from, to, { kind: 'protocol', value: protocol }, { kind: 'port', value: port }]),
        )
      : [];
  });
}

/** What keeps the host from forwarding for others. */
export function sealedElements({ ipv4, ipv6 }: Sealed): Element[] {
  return [
    ...(ipv4 ? [inet('sealed', [{ kind: 'family', value: 'ipv4' }])] : []),
    ...(ipv6 ? [inet('sealed', [{ kind: 'family', value: 'ipv6' }])] : []),
  ];
}

/** All elements of a model, each once. */
export function elementsOf({ networks, segments, endpoints, links, sealed }: FirewallModel): Element[] {
  const all = [
    ...networks.flatMap(networkElements),
    ...segments.flatMap(segmentElements),
    ...endpoints.flatMap(endpointElements),
    ...links.flatMap(linkElements),
    ...sealedElements(sealed),
  ];
  return unique(all);
}

/** Two links may open the same port. */
function unique(elements: readonly Element[]): Element[] {
  return [...new Map(elements.map((element) => [JSON.stringify(element), element])).values()];
}

function interfaceElements(network: GuardedNetwork, name: string): Element[] {
  const own: Field = { kind: 'interface', value: name };
  const closed = families.filter((family) => isClosed(network, family));
  return [
    inet('interfaces', [own]),
    ...closed.map((family) => inet('closed', [{ kind: 'family', value: `ipv${family}` }, own])),
  ];
}

function subnetElements(network: GuardedNetwork, family: Family): Element[] {
  const { icc, isRouted } = network;
  const { mode, masquerade, source } = passageOf(network, family);
  const kind = `subnet${family}` as const;
  const own: Field[] = network.subnets.flatMap((one) => (one.family === family ? [{ kind, value: one.subnet }] : []));
  const bridge: Field = { kind: 'interface', value: network.interface };
  const pairs = own.flatMap((from) => own.map((to) => [from, to]));
  const isOpen = !isClosed(network, family);
  const each = (set: FamilySet) => own.map((subnet) => inet(of(set, family), [subnet]));
  const isMasqueraded = isOpen && mode === 'nat' && masquerade;
  return [
    ...each('subnets'),
    ...(isRouted ? [] : own.map((subnet) => inet(of('homes', family), [bridge, subnet]))),
    // Within a bridge it is enough to know the bridge.
    ...(icc && isRouted ? pairs.map((pair) => inet(of('neighbours', family), pair)) : []),
    ...(icc ? [] : pairs.map((pair) => inet(of('apart', family), pair))),
    ...(isOpen && mode === 'routed' ? each('routed') : []),
    ...(isMasqueraded && source === undefined ? each('masqueraded') : []),
    ...(isMasqueraded && source !== undefined
      ? own.map((subnet) => inet(of('sources', family), [subnet], [{ kind: `ipv${family}`, value: source }]))
      : []),
  ];
}

/** What is reached of an endpoint in one family: on the host where addresses are translated, elsewhere at its own address. */
function portElements(endpoint: GuardedEndpoint, family: Family): Element[] {
  const { network } = endpoint;
  const { mode } = passageOf(network, family);
  const own = addressOf(endpoint, family);
  const isBridged = network.icc && !network.isRouted;
  if (own === undefined || isClosed(network, family)) {
    return [];
  }
  const elements = endpoint.ports.flatMap(({ protocol, port, hostAddress, hostPort }) => {
    const inside: Field[] = [
      { kind: 'protocol', value: protocol },
      { kind: 'port', value: port },
    ];
    if (hostAddress !== undefined && familyOf(hostAddress) !== family) {
      return [];
    }
    if (mode === 'routed') {
      return [inet(of('direct', family), [own, ...inside])];
    }
    if (hostPort === undefined) {
      return [];
    }
    const outside: Field[] = [
      { kind: 'protocol', value: protocol },
      { kind: 'port', value: hostPort },
    ];
    const target: Field[] = [own, { kind: 'port', value: port }];
    return [
      isEvery(hostAddress)
        ? inet(of('all_ports', family), outside, target)
        : inet(of('host_ports', family), [{ kind: `ipv${family}`, value: hostAddress }, ...outside], target),
      inet(of('published', family), [own, ...inside]),
      ...(isBridged ? [] : [inet(of('hairpins', family), [own, own])]),
    ];
  });
  return unique(elements);
}

/** Whether an address stands for all of its family's. */
function isEvery(hostAddress: string | undefined): hostAddress is undefined | '0.0.0.0' | '::' {
  return hostAddress === undefined || hostAddress === '0.0.0.0' || hostAddress === '::';
}

function isClosed(network: GuardedNetwork, family: Family): boolean {
  return network.internal || passageOf(network, family).mode === 'isolated';
}

function passageOf({ ipv4, ipv6 }: GuardedNetwork, family: Family): Passage {
  return family === 4 ? ipv4 : ipv6;
}

function addressOf({ address, address6 }: GuardedEndpoint, family: Family): Field | undefined {
  const value = family === 4 ? address : address6;
  return value === undefined ? undefined : { kind: `ipv${family}`, value };
}

type FamilySet = Extract<SetName, `${string}4`> extends `${infer Name}4` ? Name : never;

/** The set of a kind that is for addresses of one family. */
function of<Name extends FamilySet>(name: Name, family: Family): Extract<SetName, `${Name}${Family}`> {
  return `${name}${family}` as Extract<SetName, `${Name}${Family}`>;
}

function inet(set: SetName, key: readonly Field[], value?: readonly Field[]): Element {
  return { table: 'inet', set, key, ...(value && { value }) };
}
