import { describe, expect, test } from 'vitest';
import * as rtnl from '../../../src/netlink/index.js';
import { type NativeMember, native } from '../../../src/netlink/native.js';
import { membersOf } from './declared-types.js';

const { messages, schemas } = native().describe();

/** Each native table, and the types that declare its members, all of them together. */
const declarations: Readonly<Record<string, readonly string[]>> = {
  link: ['Link', 'LinkSettings', 'LinkFilter', 'BridgePort'],
  'link info': ['LinkInfo'],
  veth: ['VethOptions'],
  bridge: ['BridgeOptions'],
  'bridge options': ['BridgeBooleanOptions'],
  'bridge port': ['BridgePortOptions'],
  macvlan: ['MacvlanOptions'],
  vxlan: ['VxlanOptions'],
  'vxlan source ports': ['VxlanPortRange'],
  'link statistics': ['LinkStatistics'],
  'address family options': ['LinkFamilySpec'],
  'IPv4 link': ['Ipv4LinkSpec'],
  'IPv4 configuration': ['Ipv4Settings'],
  'IPv6 link': ['Ipv6LinkSpec'],
  'IPv6 configuration': ['Ipv6Settings'],
  'IPv6 times': ['Ipv6Times'],
  'bridge family options': ['BridgeFamilySpec'],
  address: ['Address', 'AddressFilter'],
  'address lifetimes': ['AddressLifetimes'],
  route: ['Route', 'RouteFilter'],
  'route metrics': ['RouteMetrics'],
  'route hop': ['RouteHop'],
  'route usage': ['RouteUsage'],
  neighbour: ['Neighbour'],
  'neighbour usage': ['NeighbourUsage'],
  rule: ['Rule'],
  'range of users': ['RuleRange'],
  'range of ports': ['RuleRange'],
  'namespace id': ['NetnsId', 'NetnsIdTarget', 'NetnsIdFilter'],
  chain: ['Chain'],
  'chain hook': ['ChainHook'],
  'firewall table': ['Table'],
  'firewall rule': ['TableRule'],
  'rule expression': ['RuleExpression'],
  'firewall set': ['TableSet'],
  'set elements': ['SetElements'],
  'set element': ['RawElement'],
  'firewall generation': ['Generation'],
};

/** Members that a builder turns into others. */
const translated: Readonly<Record<string, readonly string[]>> = { LinkSettings: ['up'], LinkFilter: ['kind'] };

/** What TypeScript calls a kind of `Kind` in native/netlink/schema.h that nothing nests in. */
const scalars: Readonly<Record<string, string>> = {
  u8: 'number',
  u16: 'number',
  u32: 'number',
  s32: 'number',
  u64: 'bigint',
  be16: 'number',
  be32: 'number',
  be64: 'bigint',
  flag: 'boolean',
  string: 'string',
  bytes: 'Uint8Array',
  hardware: 'string',
  ip: 'string',
  via: 'string',
};

/** Kinds in which a table nests; one object of it. */
const nesting = new Set(['record', 'nest', 'message', 'indexed']);

/** All the names that TypeScript may give to a member's type. */
function namesOf(member: NativeMember): readonly string[] {
  const scalar = scalars[member.kind];
  if (scalar) {
    return [scalar];
  }
  if (member.kind === 'selected') {
    // Whatever has no table of its own stays bytes.
    return [...(member.choices ?? []).flatMap(({ schema }) => declarations[schema] ?? []), 'Uint8Array'];
  }
  const [only, ...others] = schemas[member.schema ?? ''] ?? [];
  if (member.kind === 'wrapped' && only) {
    return namesOf(only);
  }
  if (member.kind === 'list' && only && others.length === 0) {
    return namesOf(only).map((name) => `${name}[]`);
  }
  const declared = declarations[member.schema ?? ''] ?? [];
  if (member.kind === 'hops') {
    return declared.map((name) => `${name}[]`);
  }
  return nesting.has(member.kind) ? declared : [];
}

/** The members that a table's types declare: by which type, and of which types. */
function declaredMembers(schema: string) {
  return (declarations[schema] ?? []).flatMap((type) =>
    [...membersOf(type)]
      .filter(([name]) => !translated[type]?.includes(name))
      .map(([name, types]) => ({ type, name, types })),
  );
}

/** Tables whose only member is declared as a list's element, or as the whole. */
const elements = new Set(
  Object.values(schemas)
    .flat()
    .filter(({ kind }) => kind === 'list' || kind === 'wrapped')
    .map(({ schema }) => schema),
);

describe.each(Object.keys(schemas).filter((name) => !elements.has(name)))('the native table "%s"', (schema) => {
  const members = schemas[schema] ?? [];

  test('has every member that TypeScript declares, of a kind that fits', () => {
    const wrong = declaredMembers(schema).flatMap(({ type, name, types }) => {
      const member = members.find((candidate) => candidate.name === name);
      const fitting = member ? namesOf(member) : [];
      return types.filter((found) => !fitting.includes(found)).map((found) => `${type}.${name}: ${found}`);
    });
    expect(wrong).toEqual([]);
  });

  test('is declared member by member', () => {
    const declared = new Set(declaredMembers(schema).map(({ name }) => name));
    expect(members.map(({ name }) => name).filter((name) => !declared.has(name))).toEqual([]);
  });

  test('is declared for every choice that it leaves', () => {
    const missing = members.flatMap(({ name, choices = [] }) => {
      const types = declaredMembers(schema).flatMap((member) => (member.name === name ? member.types : []));
      const isDeclared = (choice: string) => declarations[choice]?.some((type) => types.includes(type));
      return choices.filter((choice) => !isDeclared(choice.schema)).map(({ key }) => `${name} of ${key}`);
    });
    expect(missing).toEqual([]);
  });
});

test('TypeScript declares no table that there is not', () => {
  expect(Object.keys(declarations).filter((name) => !(name in schemas))).toEqual([]);
});

test.each([
  ['data', 'LinkKinds'],
  ['slaveData', 'MasterKinds'],
])('the choices of info.%s are those of %s', (name, kinds) => {
  const choices = schemas['link info']?.find((member) => member.name === name)?.choices ?? [];
  expect(Object.fromEntries(membersOf(kinds))).toEqual(
    Object.fromEntries(choices.map(({ key, schema }) => [key, declarations[schema]])),
  );
});

test('messages have the numbers of the native tables', () => {
  const declared = Object.entries(rtnl).filter(([name]) => /^(RTM|NFT_MSG)_/.test(name));
  expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(messages.map(({ name, number }) => [name, number])));
});
