import { shortId } from '../../address/index.js';
import type { NetworkRecord, SandboxRecord, Tables } from '../../store/index.js';
import { type Client, leaseOf } from './client.js';
import { addressOfReverse } from './reverse.js';
import type { Spellings } from './spellings.js';
import { Type } from './wire.js';

/** One record of an answer. */
export interface Datum {
  readonly type: 'A' | 'AAAA' | 'PTR';
  /** An address, or a name without a dot at its end. */
  readonly data: string;
}

/** What is known of a name: its records of the type that was asked for, maybe none; `nowhere`: that there is no such name. */
export type Found = readonly Datum[] | 'nowhere';

/** A short id. (The whole one is longer than DNS allows by one character.) */
const idGrammar = /^[0-9a-f]{12}$/;

const maxLabel = 63;

/**
 * Looks up what a client may know: `name` in lower case, without a dot at its end. First come the aliases of the client's own
 * links; then the names, aliases and ids in its networks, one after the other, of which the first counts that has what is asked
 * for; then NAME.NETWORK. Of those who share a name in a network all are found. Pure.
 */
export function lookUp(
  tables: Tables,
  spellings: Spellings,
  client: Client,
  { name, type }: { readonly name: string; readonly type: number },
): Found | 'unknown' {
  const address = addressOfReverse(name);
  if (address !== undefined) {
    return lookUpAddress(tables, client, address, type);
  }
  const linked = linkedTo(tables, client, name);
  const places: readonly (() => readonly EndpointIn[])[] = [
    () => client.networks.flatMap((network) => inNetwork(network, linked)),
    () => client.networks.flatMap((network) => namedIn(tables, spellings, network, name)),
    () => client.networks.flatMap((network) => namedIn(tables, spellings, network, withoutSuffix(name, network))),
  ];
  for (const place of places) {
    const found = place();
    if (found.length > 0) {
      return dataOf(found, type);
    }
  }
  return 'unknown';
}

/** An endpoint's addresses, and the network that it has them in. */
interface EndpointIn {
  readonly network: string;
  readonly a: string;
  readonly aaaa: string | undefined;
}

/** Records of the type that was asked for, from the first network that has any. */
function dataOf(found: readonly EndpointIn[], type: number): Datum[] {
  const all = found.flatMap(({ network, a, aaaa }) => [
    ...(asksFor(type, Type.a) ? [{ network, type: 'A' as const, data: a }] : []),
    ...(asksFor(type, Type.aaaa) && aaaa !== undefined ? [{ network, type: 'AAAA' as const, data: aaaa }] : []),
  ]);
  return all.filter(({ network }) => network === all[0]?.network).map(({ type, data }) => ({ type, data }));
}

function asksFor(asked: number, type: number): boolean {
  return asked === type || asked === Type.any;
}

/** The sandbox that has the address: `NAME.NETWORK`. In networks of ours nobody else can know who has one. */
function lookUpAddress(tables: Tables, { networks }: Client, address: string, type: number): Found | 'unknown' {
  const { network, sandbox } = leaseOf(tables, address) ?? {};
  if (!network || !networks.some(({ id }) => id === network.id)) {
    return 'unknown';
  }
  const isThere = inNetwork(network, sandbox ? [sandbox] : []).some(({ a, aaaa }) => a === address || aaaa === address);
  if (!sandbox || !isThere) {
    return network.ours ? 'nowhere' : 'unknown';
  }
  return asksFor(type, Type.ptr) ? [{ type: 'PTR', data: nameOf(sandbox, network) }] : [];
}

/** What a sandbox is called by who asks for its address: as far as it can be said in DNS, where no label is empty. */
function nameOf(sandbox: SandboxRecord, network: NetworkRecord): string {
  const own = isDomainName(sandbox.name) ? sandbox.name : shortId(sandbox.id);
  return isDomainName(network.name) ? `${own}.${network.name}` : own;
}

function isDomainName(name: string): boolean {
  return name.split('.').every(({ length }) => length > 0 && length <= maxLabel);
}

/** The sandboxes to which the client has a link of that alias. */
function linkedTo(tables: Tables, { sandbox }: Client, alias: string): SandboxRecord[] {
  const links = sandbox?.links?.filter((link) => link.alias.toLowerCase() === alias) ?? [];
  return links.flatMap(({ name }) => sandboxOf(tables, tables.names.get(name)) ?? []);
}

/** Those that have a name in a network: as their own or as an alias; those whose id it is when nobody has. */
function namedIn(
  tables: Tables,
  spellings: Spellings,
  network: NetworkRecord,
  name: string | undefined,
): readonly EndpointIn[] {
  if (name === undefined) {
    return [];
  }
  const ids = new Set(spellings.of(name).flatMap((spelling) => tables.names.get(spelling) ?? []));
  // Ids follow the alias and one space, which sorts before all that they consist of.
  for (const { key } of tables.aliases.getRange({ start: [network.id, `${name} `], end: [network.id, `${name}!`] })) {
    ids.add(key[1].slice(name.length + 1));
  }
  const named = inNetwork(
    network,
    [...ids].flatMap((id) => sandboxOf(tables, id) ?? []),
  );
  if (named.length > 0 || !idGrammar.test(name)) {
    return named;
  }
  // The greatest hexadecimal digit is "f".
  const records = [...tables.sandboxes.getRange({ start: name, end: `${name}g` })].map(({ value }) => value);
  return inNetwork(network, records);
}

/** NAME of NAME.NETWORK. */
function withoutSuffix(name: string, network: NetworkRecord): string | undefined {
  const suffix = `.${network.name.toLowerCase()}`;
  return name.length > suffix.length && name.endsWith(suffix) ? name.slice(0, -suffix.length) : undefined;
}

function sandboxOf(tables: Tables, id: string | undefined): SandboxRecord | undefined {
  return id === undefined ? undefined : tables.sandboxes.get(id);
}

/** The endpoints of sandboxes in a network, of those that are there: neither coming nor going. */
function inNetwork(network: NetworkRecord, sandboxes: readonly SandboxRecord[]): EndpointIn[] {
  const there = sandboxes.filter(({ state }) => state === 'ready' || state === 'changing');
  const endpoints = there.flatMap((sandbox) => sandbox.endpoints);
  return endpoints
    .filter((endpoint) => endpoint.network === network.id && !endpoint.unsettled)
    .map(({ address, address6 }) => ({ network: network.id, a: address, aaaa: address6 }));
}
