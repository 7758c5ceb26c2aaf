import { describe, expect, test } from 'vitest';
import {
  Connection,
  deleteElements,
  type ElementField,
  elementsOf,
  encodeKey,
  intervalElements,
  listElements,
  listSets,
  listTableRules,
  listTables,
  newElements,
  type RawElement,
  ruleComment,
  SetFlag,
  type TableRef,
  tableComment,
} from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';
import { bridge, elementsSeen, inet, makeTables } from './nft.js';

expectNothingLeft();

const name = (value: string): ElementField => ({ kind: 'interface', value });
const v4 = (value: string): ElementField => ({ kind: 'ipv4', value });
const v6 = (value: string): ElementField => ({ kind: 'ipv6', value });
const mac = (value: string): ElementField => ({ kind: 'mac', value });
const protocol = (value: 'tcp' | 'udp' | 'sctp' | number): ElementField => ({ kind: 'protocol', value });
const port = (value: number): ElementField => ({ kind: 'port', value });

const one = (...fields: ElementField[]): RawElement[] => [{ key: encodeKey(fields) }];
const leading = (key: ElementField[], data: ElementField[]): RawElement[] => [
  { key: encodeKey(key), data: encodeKey(data) },
];
const range = (first: ElementField[], last: ElementField[]): RawElement[] => [
  { key: encodeKey(first), keyEnd: encodeKey(last) },
];
const interval = (first: ElementField, last: ElementField, data?: ElementField): RawElement[] =>
  intervalElements(encodeKey([first]), encodeKey([last]), data && encodeKey([data]));

/** One set or map of each type, elements of it, and how nft lists each. */
const all: readonly (readonly [table: TableRef, set: string, elements: RawElement[], seen: string])[] = [
  [inet, 'interfaces', one(name('br-web')), '"br-web"'],
  [inet, 'interfaces', one(name('fifteen-letters')), '"fifteen-letters"'],
  [inet, 'sealed', one({ kind: 'family', value: 'ipv6' }), 'ipv6'],
  [inet, 'subnets4', interval(v4('10.1.0.0'), v4('10.1.255.255')), '10.1.0.0/16'],
  [inet, 'subnets4', interval(v4('10.2.0.0'), v4('10.2.255.255')), '10.2.0.0/16'],
  [inet, 'subnets4', interval(v4('255.255.0.0'), v4('255.255.255.255')), '255.255.0.0/16'],
  [inet, 'subnets6', interval(v6('fd00:1::'), v6('fd00:1::ffff:ffff:ffff:ffff')), 'fd00:1::/64'],
  [
    inet,
    'same4',
    range([v4('10.1.0.0'), v4('10.1.0.0')], [v4('10.1.0.255'), v4('10.1.0.255')]),
    '10.1.0.0/24 . 10.1.0.0/24',
  ],
  [
    inet,
    'same4',
    range([v4('10.3.0.1'), v4('10.1.0.0')], [v4('10.3.0.9'), v4('10.1.0.255')]),
    '10.3.0.1-10.3.0.9 . 10.1.0.0/24',
  ],
  [inet, 'same6', range([v6('fd00::'), v6('fd00::')], [v6('fd00::ffff'), v6('fd00::ff')]), 'fd00::/112 . fd00::/120'],
  [inet, 'sources4', interval(v4('10.1.0.0'), v4('10.1.255.255'), v4('192.0.2.1')), '10.1.0.0/16 : 192.0.2.1'],
  [inet, 'sources6', interval(v6('fd00::'), v6('fd00::ffff'), v6('2001:db8::1')), 'fd00::/112 : 2001:db8::1'],
  [
    inet,
    'host_ports4',
    leading([v4('192.0.2.1'), protocol('tcp'), port(8080)], [v4('10.1.0.2'), port(80)]),
    '192.0.2.1 . tcp . 8080 : 10.1.0.2 . 80',
  ],
  [
    inet,
    'host_ports6',
    leading([v6('2001:db8::1'), protocol('udp'), port(53)], [v6('fd00::2'), port(53)]),
    '2001:db8::1 . udp . 53 : fd00::2 . 53',
  ],
  [
    inet,
    'all_ports4',
    leading([protocol('sctp'), port(65535)], [v4('10.1.0.2'), port(1)]),
    'sctp . 65535 : 10.1.0.2 . 1',
  ],
  [inet, 'all_ports6', leading([protocol('udp'), port(1)], [v6('fd00::2'), port(443)]), 'udp . 1 : fd00::2 . 443'],
  [inet, 'published4', one(v4('10.1.0.2'), protocol(6), port(80)), '10.1.0.2 . tcp . 80'],
  [inet, 'published6', one(v6('fd00::2'), protocol('tcp'), port(80)), 'fd00::2 . tcp . 80'],
  [
    inet,
    'links4',
    one(v4('10.1.0.2'), v4('10.1.0.3'), protocol('tcp'), port(5432)),
    '10.1.0.2 . 10.1.0.3 . tcp . 5432',
  ],
  [inet, 'links6', one(v6('fd00::2'), v6('fd00::3'), protocol('tcp'), port(5432)), 'fd00::2 . fd00::3 . tcp . 5432'],
  [inet, 'hairpins4', one(v4('10.1.0.2'), v4('10.1.0.2')), '10.1.0.2 . 10.1.0.2'],
  [bridge, 'guarded', one(name('veth1a2b3c4d')), '"veth1a2b3c4d"'],
  [bridge, 'macs', one(name('veth1'), mac('02:42:ac:11:00:02')), '"veth1" . 02:42:ac:11:00:02'],
  [bridge, 'addresses4', one(name('veth1'), v4('10.1.0.2')), '"veth1" . 10.1.0.2'],
  [bridge, 'addresses6', one(name('veth1'), v6('fd00::2')), '"veth1" . fd00::2'],
];

describe('elements of every set and map of the firewall', () => {
  test('are seen by nft as they were meant, once however often they are added, and gone when deleted', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const add = all.map(([table, set, elements]) => newElements(table, set, elements));
    const expectSeen = () => {
      for (const [table, set] of all) {
        const meant = all.filter((other) => other[0] === table && other[1] === set).map(([, , , seen]) => seen);
        expect(elementsSeen(netns, set, table).sort()).toEqual(meant.sort());
      }
    };
    expect(await rtnl.transact(add)).toEqual(all.map(() => ({ error: null, body: null })));
    expectSeen();
    await rtnl.transact(add);
    await rtnl.transact([...add, ...add]);
    expectSeen();
    const remove = all.map(([table, set, elements]) => deleteElements(table, set, elements));
    expect(await rtnl.transact(remove)).toEqual(all.map(() => ({ error: null, body: null })));
    expect(all.flatMap(([table, set]) => elementsSeen(netns, set, table))).toEqual([]);
  });

  test('are listed as they were given', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.transact(all.map(([table, set, elements]) => newElements(table, set, elements)));
    for (const [table, set] of all) {
      const given = all.filter((other) => other[0] === table && other[1] === set).flatMap(([, , elements]) => elements);
      const listed = elementsOf(await rtnl.list(listElements(table, set)));
      expect(listed.map(plain).sort(byText)).toEqual(given.map(plain).sort(byText));
    }
  });

  test('that nft has added are listed as they would have been given', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    for (const [table, set, elements, seen] of all.filter(([, set]) => !/^(subnets|sources)/.test(set))) {
      const family = table === inet ? 'inet' : 'bridge';
      netns.run('nft', `add element ${family} plumbing ${set} { ${seen} }`);
      const listed = elementsOf(await rtnl.list(listElements(table, set)));
      expect(listed.map(plain)).toEqual(expect.arrayContaining(elements.map(plain)));
    }
  });
});

describe('ten thousand elements', () => {
  const elements = Array.from({ length: 10_000 }, (_, i) => ({
    key: encodeKey([v4(`10.${i >> 8}.${i & 255}.7`), protocol('tcp'), port(i + 1)]),
  }));

  test('are added and deleted by one request, in one transaction', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const before = await rtnl.generation();
    expect(await rtnl.transact([newElements(inet, 'published4', elements)])).toEqual([{ error: null, body: null }]);
    expect(await rtnl.generation()).toBe(before + 1);
    expect(new Set(elementsSeen(netns, 'published4')).size).toBe(10_000);
    expect(elementsOf(await rtnl.list(listElements(inet, 'published4')))).toHaveLength(10_000);
    await rtnl.transact([deleteElements(inet, 'published4', elements)]);
    expect(elementsSeen(netns, 'published4')).toEqual([]);
  });

  test('are none when one of them is refused', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const tooLong = { key: encodeKey([v6('::'), v6('::')]) };
    const requests = [
      newElements(inet, 'published4', [...elements, tooLong]),
      newElements(inet, 'interfaces', one(name('a'))),
    ];
    const [first, second] = await rtnl.transact(requests);
    expect(first?.error).toEqual(refusal('EINVAL', 'NFT_MSG_NEWSETELEM'));
    expect(second).toEqual({ error: null, body: null });
    expect(elementsSeen(netns, 'published4')).toEqual([]);
    expect(elementsSeen(netns, 'interfaces')).toEqual([]);
  });

  test('are ten thousand answers when each is a request of its own, also when all are refused', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const removals = elements.map((element) => deleteElements(inet, 'published4', [element]));
    const answers = await rtnl.transact(removals);
    expect(answers).toHaveLength(10_000);
    expect(answers.filter(({ error }) => error?.code === 'ENOENT')).toHaveLength(10_000);
    const added = await rtnl.transact(elements.map((element) => newElements(inet, 'published4', [element])));
    expect(added.filter(({ error }) => error)).toEqual([]);
    expect(elementsSeen(netns, 'published4')).toHaveLength(10_000);
  });
});

test('a listing of elements is of one state, though others change the set meanwhile', async () => {
  using netns = new TestNetns();
  makeTables(netns);
  await using rtnl = await Connection.open({ name: netns.name });
  await using other = await Connection.open({ name: netns.name });
  const lasting = Array.from({ length: 2000 }, (_, i) => ({ key: encodeKey([name(`lasting${i}`)]) }));
  // Two in each transaction: one comes, the other goes.
  const turn = (come: string, go: string) => [
    newElements(inet, 'interfaces', one(name(come))),
    deleteElements(inet, 'interfaces', one(name(go))),
  ];
  await rtnl.transact([newElements(inet, 'interfaces', [...lasting, ...one(name('tick'))])]);
  let isOver = false;
  const churn = (async () => {
    for (let i = 0; !isOver; i++) {
      await other.transact(i % 2 === 0 ? turn('tock', 'tick') : turn('tick', 'tock'));
      await new Promise((resolve) => setTimeout(resolve, (i * 7) % 13));
    }
  })();
  try {
    for (let round = 0; round < 60; round++) {
      const listed = elementsOf(await rtnl.list(listElements(inet, 'interfaces')));
      const names = new Set(listed.map(({ key }) => Buffer.from(key).toString().replaceAll('\0', '')));
      expect(names.size).toBe(2001);
      expect([names.has('tick'), names.has('tock')].filter(Boolean)).toHaveLength(1);
    }
  } finally {
    isOver = true;
    await churn;
  }
});

describe('what is in the tables', () => {
  test('is listed: tables, sets and rules, with the comments that nft keeps', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const tables = await rtnl.list(listTables());
    expect(tables.map((table) => [table.family, table.name, tableComment(table)])).toEqual([
      [1, 'plumbing', 'revision 1'],
      [7, 'plumbing', undefined],
    ]);
    const sets = await rtnl.list(listSets(inet));
    expect(sets).toHaveLength(17);
    expect(sets.find((set) => set.name === 'same4')).toMatchObject({
      table: 'plumbing',
      flags: SetFlag.interval | SetFlag.concatenation,
      keyLength: 8,
    });
    expect(sets.find((set) => set.name === 'host_ports4')).toMatchObject({ keyLength: 12, dataLength: 8 });
    const rules = await rtnl.list(listTableRules(inet));
    expect(rules.map(ruleComment)).toEqual(['the only one', undefined]);
    expect(rules.map(({ expressions = [] }) => expressions.map((expression) => expression.name))).toEqual([
      ['meta', 'lookup', 'immediate'],
      ['counter', 'immediate'],
    ]);
    expect(await rtnl.list(listTableRules(bridge))).toEqual([]);
  });

  test('of tables and sets that are not there is refused or nothing', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const nowhere = { family: 1, name: 'nowhere' };
    await expect(rtnl.list(listSets(nowhere))).rejects.toEqual(refusal('ENOENT', 'NFT_MSG_GETSET'));
    await expect(rtnl.list(listElements(inet, 'nowhere'))).rejects.toEqual(refusal('ENOENT', 'NFT_MSG_GETSETELEM'));
    expect(await rtnl.list(listTableRules(nowhere))).toEqual([]);
    expect(elementsOf(await rtnl.list(listElements(inet, 'interfaces')))).toEqual([]);
  });
});

/** Matches an error by its code, and the request that was refused. */
function refusal(code: string, operation: string): unknown {
  return expect.objectContaining({ name: 'NetplumbError', code, operation });
}

/** Of an element its members, bytes as hexadecimal. */
function plain(element: RawElement): Record<string, unknown> {
  const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');
  return { key: hex(element.key), keyEnd: hex(element.keyEnd), data: hex(element.data), flags: element.flags ?? 0 };
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
