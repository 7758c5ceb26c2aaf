import { describe, expect, test } from 'vitest';
import {
  Connection,
  deleteElements,
  deleteTable,
  encodeKey,
  getLink,
  intervalElements,
  newElements,
  type RawElement,
} from '../../../src/netlink/index.js';
import { expectNothingLeft, holdings } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';
import { bridge, elementsSeen, inet, makeTables } from './nft.js';

expectNothingLeft();

const done = { error: null, body: null };
const named = (...names: string[]): RawElement[] =>
  names.map((value) => ({ key: encodeKey([{ kind: 'interface', value }]) }));
const address = (value: string) => encodeKey([{ kind: 'ipv4', value }]);
const mapped = (port: number, to: string): RawElement[] => [
  {
    key: encodeKey([
      { kind: 'protocol', value: 'tcp' },
      { kind: 'port', value: port },
    ]),
    data: encodeKey([
      { kind: 'ipv4', value: to },
      { kind: 'port', value: 80 },
    ]),
  },
];

describe('a transaction', () => {
  test('of which one request is refused does none of them, and says which', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const before = await rtnl.generation();
    const answers = await rtnl.transact([
      newElements(inet, 'interfaces', named('one')),
      deleteElements(bridge, 'guarded', named('nobody')),
      newElements(bridge, 'guarded', named('two')),
      newElements(inet, 'nowhere', named('three')),
    ]);
    expect(answers).toEqual([
      done,
      { error: refusal('ENOENT', 'NFT_MSG_DELSETELEM'), body: null },
      done,
      { error: refusal('ENOENT', 'NFT_MSG_NEWSETELEM'), body: null },
    ]);
    expect(elementsSeen(netns, 'interfaces')).toEqual([]);
    expect(elementsSeen(netns, 'guarded', bridge)).toEqual([]);
    expect(await rtnl.generation()).toBe(before);
    // The conversation goes on.
    expect(await rtnl.transact([newElements(inet, 'interfaces', named('one'))])).toEqual([done]);
    expect(elementsSeen(netns, 'interfaces')).toEqual(['"one"']);
  });

  test('can add and delete in any order', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.transact([newElements(inet, 'all_ports4', mapped(80, '10.0.0.1'))]);
    const answers = await rtnl.transact([
      deleteElements(inet, 'all_ports4', mapped(80, '10.0.0.1')),
      newElements(inet, 'all_ports4', mapped(80, '10.0.0.2')),
      newElements(inet, 'all_ports4', mapped(81, '10.0.0.2')),
      deleteElements(inet, 'all_ports4', mapped(81, '10.0.0.2')),
    ]);
    expect(answers).toEqual([done, done, done, done]);
    expect(elementsSeen(netns, 'all_ports4')).toEqual(['tcp . 80 : 10.0.0.2 . 80']);
  });

  test('does not let an element lead elsewhere, nor one overlap another', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.transact([newElements(inet, 'all_ports4', mapped(80, '10.0.0.1'))]);
    expect(await rtnl.transact([newElements(inet, 'all_ports4', mapped(80, '10.0.0.2'))])).toEqual([
      { error: refusal('EEXIST', 'NFT_MSG_NEWSETELEM'), body: null },
    ]);
    await rtnl.transact([newElements(inet, 'subnets4', intervalElements(address('10.0.0.0'), address('10.0.0.255')))]);
    const within = intervalElements(address('10.0.0.16'), address('10.0.0.31'));
    expect(await rtnl.transact([newElements(inet, 'subnets4', within)])).toEqual([
      { error: refusal('EEXIST', 'NFT_MSG_NEWSETELEM'), body: null },
    ]);
  });

  test('for a generation that is over is refused as a whole', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const generation = await rtnl.generation();
    netns.run('nft', 'add table ip others');
    await expect(rtnl.transact([newElements(inet, 'interfaces', named('one'))], { generation })).rejects.toEqual(
      refusal('ERESTART', 'NFNL_MSG_BATCH_BEGIN'),
    );
    expect(elementsSeen(netns, 'interfaces')).toEqual([]);
    const now = { generation: await rtnl.generation() };
    expect(now.generation).toBe(generation + 1);
    expect(await rtnl.transact([newElements(inet, 'interfaces', named('one'))], now)).toEqual([done]);
    await expect(rtnl.transact([newElements(inet, 'interfaces', named('one'))], now)).rejects.toEqual(
      refusal('ERESTART', 'NFNL_MSG_BATCH_BEGIN'),
    );
  });

  test('of nothing is done', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    expect(await rtnl.transact([])).toEqual([]);
    makeTables(netns);
    expect(await rtnl.transact([newElements(inet, 'interfaces', [])])).toEqual([done]);
  });

  test('removes a table with all that is in it', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    expect(await rtnl.transact([deleteTable(inet), deleteTable(bridge)])).toEqual([done, done]);
    expect(netns.run('nft', 'list', 'ruleset')).toBe('');
    expect(await rtnl.transact([deleteTable(inet)])).toEqual([
      { error: refusal('ENOENT', 'NFT_MSG_DELTABLE'), body: null },
    ]);
  });

  test('of what is no change is refused, as is a change that is no transaction', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    expect(await rtnl.transact([getLink({ name: 'lo' }), newElements(inet, 'interfaces', named('one'))])).toEqual([
      { error: refusal('EINVAL', 'RTM_GETLINK'), body: null },
      done,
    ]);
    await expect(rtnl.request(newElements(inet, 'interfaces', named('one')))).rejects.toEqual(
      refusal('EINVAL', 'NFT_MSG_NEWSETELEM'),
    );
    expect(elementsSeen(netns, 'interfaces')).toEqual([]);
  });
});

describe('transactions at once', () => {
  test('of one connection are done one after another, each in full or not at all', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const count = 200;
    const outcomes = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        rtnl.transact([
          newElements(inet, 'interfaces', named(`a${i}`)),
          ...(i % 2 === 0 ? [] : [deleteElements(inet, 'interfaces', named('nobody'))]),
          newElements(inet, 'interfaces', named(`b${i}`)),
        ]),
      ),
    );
    outcomes.forEach((answers, i) => {
      const codes = answers.map(({ error }) => error?.code ?? null);
      expect(codes).toEqual(i % 2 === 0 ? [null, null] : [null, 'ENOENT', null]);
    });
    const meant = Array.from({ length: count / 2 }, (_, i) => [`"a${2 * i}"`, `"b${2 * i}"`]).flat();
    expect(elementsSeen(netns, 'interfaces').sort()).toEqual(meant.sort());
  });

  test('of several connections do not disturb each other', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    const connections = await Promise.all(Array.from({ length: 4 }, () => Connection.open({ name: netns.name })));
    try {
      const ports = Array.from({ length: 100 }, (_, i) => i);
      const outcomes = await Promise.all(
        connections.flatMap((rtnl, who) =>
          ports.map((i) => rtnl.transact([newElements(inet, 'all_ports4', mapped(1 + 4 * i + who, '10.0.0.1'))])),
        ),
      );
      expect(outcomes.flat().filter(({ error }) => error)).toEqual([]);
      expect(elementsSeen(netns, 'all_ports4')).toHaveLength(400);
    } finally {
      await Promise.all(connections.map((rtnl) => rtnl.close()));
    }
  });

  test('leave no socket behind', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    const before = holdings();
    for (let i = 0; i < 20; i++) {
      await using rtnl = await Connection.open({ name: netns.name });
      await rtnl.transact([newElements(inet, 'interfaces', named('one'))]);
      await rtnl.transact([deleteElements(inet, 'interfaces', named('one'))]);
    }
    expect(holdings()).toEqual(before);
  });
});

/** Matches an error by its code, and the request that was refused. */
function refusal(code: string, operation: string): unknown {
  return expect.objectContaining({ name: 'NetplumbError', code, operation });
}
