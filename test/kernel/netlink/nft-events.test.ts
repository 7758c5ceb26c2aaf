import { describe, expect, test } from 'vitest';
import {
  type ChangeEvent,
  Connection,
  deleteElements,
  encodeKey,
  newElements,
  newLink,
  type RulesetChange,
  type Subscription,
} from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';
import { inet, makeTables } from './nft.js';

expectNothingLeft();

const one = [{ key: encodeKey([{ kind: 'interface', value: 'one' }]) }];

/** What is told until the generation after `last`, that included. */
async function changesUntil(events: Subscription<'ruleset'>, last: number): Promise<RulesetChange[]> {
  const changes: RulesetChange[] = [];
  for (;;) {
    const { value } = await events.next();
    if (value?.type !== 'ruleset') {
      throw new Error(`not expected: ${value?.type}`);
    }
    changes.push(value.object);
    if (value.object.kind === 'generation' && value.object.id === last) {
      return changes;
    }
  }
}

describe('the firewall’s tables', () => {
  test('tell what others delete of them, and each new generation, with who made it', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const start = await rtnl.generation();
    const events = rtnl.subscribe(['ruleset']);
    netns.run('nft', 'add element inet plumbing interfaces { "one", "two" }');
    netns.run('nft', 'delete element inet plumbing interfaces { "one" }');
    netns.run(
      'nft',
      'flush chain inet plumbing forward; delete chain inet plumbing forward; delete set inet plumbing sealed',
    );
    netns.run('nft', 'delete table bridge plumbing');
    const changes = await changesUntil(events, start + 4);
    const family = { family: 1, table: 'plumbing' };
    const generation = (id: number) => expect.objectContaining({ kind: 'generation', id, processName: 'nft' });
    expect(changes.filter(({ kind }) => kind === 'generation')).toEqual([1, 2, 3, 4].map((i) => generation(start + i)));
    expect(changes.filter(({ kind }) => kind === 'elements')).toEqual([
      { kind: 'elements', ...family, set: 'interfaces', elements: [{ key: Buffer.from(one[0]?.key ?? []) }] },
    ]);
    expect(changes.filter(({ kind }) => kind === 'rule')).toHaveLength(2);
    expect(changes).toContainEqual({ kind: 'chain', ...family, name: 'forward' });
    expect(changes).toContainEqual({ kind: 'set', ...family, name: 'sealed' });
    expect(changes).toContainEqual({ kind: 'table', family: 7, table: 'plumbing' });
    await events.return();
  });

  test('tell of a flush of everything, which takes the tables', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    const start = await rtnl.generation();
    const events = rtnl.subscribe(['ruleset']);
    netns.run('nft', 'flush', 'ruleset');
    const changes = await changesUntil(events, start + 1);
    expect(changes.filter(({ kind }) => kind === 'table')).toEqual([
      { kind: 'table', family: 1, table: 'plumbing' },
      { kind: 'table', family: 7, table: 'plumbing' },
    ]);
    await events.return();
  });

  test('do not tell of the connection’s own transactions, but of another’s', async () => {
    using netns = new TestNetns();
    makeTables(netns);
    await using rtnl = await Connection.open({ name: netns.name });
    await using other = await Connection.open({ name: netns.name });
    const start = await rtnl.generation();
    const events = rtnl.subscribe(['ruleset']);
    for (let i = 0; i < 10; i++) {
      await rtnl.transact([newElements(inet, 'interfaces', one)]);
      await rtnl.transact([deleteElements(inet, 'interfaces', one)]);
    }
    await other.transact([newElements(inet, 'interfaces', one)]);
    await rtnl.transact([deleteElements(inet, 'interfaces', one)]);
    await other.transact([newElements(inet, 'interfaces', one)]);
    await other.transact([deleteElements(inet, 'interfaces', one)]);
    expect(await rtnl.generation()).toBe(start + 24);
    expect(await changesUntil(events, start + 24)).toMatchObject([
      { kind: 'generation', id: start + 21 },
      { kind: 'generation', id: start + 23 },
      { kind: 'elements', set: 'interfaces' },
      { kind: 'generation', id: start + 24 },
    ]);
    await events.return();
  });

  test('are told beside links, each by its own protocol', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const events = rtnl.subscribe(['link', 'ruleset']);
    netns.run('nft', 'add table inet t');
    await rtnl.request(newLink({ name: 'br0', info: { kind: 'bridge' } }));
    netns.run('nft', 'delete table inet t');
    const told: ChangeEvent<'link' | 'ruleset'>[] = [];
    for await (const event of events) {
      if (event.type === 'lost') {
        throw new Error('lost');
      }
      told.push(event);
      if (told.some(({ type }) => type === 'link') && event.type === 'ruleset' && event.object.kind === 'table') {
        break;
      }
    }
    expect(told.find(({ type }) => type === 'link')?.object).toMatchObject({ name: 'br0' });
  });
});
