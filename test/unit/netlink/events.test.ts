import { describe, expect, test } from 'vitest';
import { eventOf, sourcesOf } from '../../../src/netlink/event.js';
import { AF_BRIDGE, AF_INET6, AF_UNSPEC } from '../../../src/netlink/index.js';
import { native } from '../../../src/netlink/native.js';

describe('events', () => {
  test('of both families and of every topic come from their groups, each joined once', () => {
    expect(sourcesOf(['link', 'bridge-port', 'neighbour'])).toEqual([{ protocol: 0, groups: [1, 3] }]);
    expect(sourcesOf(['address', 'route', 'rule', 'netns-id'])).toEqual([
      { protocol: 0, groups: [5, 9, 7, 11, 8, 19, 28] },
    ]);
    expect(sourcesOf(['link', 'ruleset'])).toEqual([
      { protocol: 0, groups: [1] },
      { protocol: 12, groups: [7] },
    ]);
  });

  test('are made of every message that the kernel sends by itself', () => {
    const sent = native()
      .describe()
      .messages.filter(({ name }) => /^(RTM_NEW|RTM_DEL|NFT_MSG_DEL|NFT_MSG_NEWGEN)/.test(name));
    const without = sent.filter(({ number }) => !eventOf({ type: number, body: {} })).map(({ name }) => name);
    // Alternative names are told with their link.
    expect(without).toEqual(['RTM_NEWLINKPROP', 'RTM_DELLINKPROP']);
  });

  test('tell a link that leaves its bridge from one that is deleted', () => {
    expect(eventOf({ type: 17, body: { family: AF_BRIDGE } })).toMatchObject({ type: 'bridge-port', action: 'del' });
    expect(eventOf({ type: 17, body: { family: AF_UNSPEC } })).toMatchObject({ type: 'link', action: 'del' });
    expect(eventOf({ type: 20, body: { family: AF_INET6 } })).toMatchObject({ type: 'address', action: 'new' });
    expect(eventOf({ type: 29, body: { family: AF_BRIDGE } })).toMatchObject({ type: 'neighbour', action: 'del' });
  });

  test('of tables say which, and what of it is gone', () => {
    const del = (type: number, body: object) => eventOf({ type: (10 << 8) | type, body: { family: 1, ...body } });
    expect(del(2, { name: 't' })).toEqual({
      type: 'ruleset',
      action: 'del',
      object: { kind: 'table', family: 1, table: 't' },
    });
    expect(del(5, { table: 't', name: 'c' })?.object).toEqual({ kind: 'chain', family: 1, table: 't', name: 'c' });
    expect(del(8, { table: 't', chain: 'c', handle: 7n })?.object).toMatchObject({
      kind: 'rule',
      chain: 'c',
      handle: 7n,
    });
    expect(del(11, { table: 't', name: 's' })?.object).toEqual({ kind: 'set', family: 1, table: 't', name: 's' });
    const elements = [{ key: Uint8Array.of(1) }];
    expect(del(14, { table: 't', set: 's', elements })?.object).toMatchObject({ kind: 'elements', set: 's', elements });
    expect(eventOf({ type: (10 << 8) | 15, body: { family: 0, id: 9, processId: 7, processName: 'nft' } })).toEqual({
      type: 'ruleset',
      action: 'new',
      object: { kind: 'generation', id: 9, processId: 7, processName: 'nft' },
    });
  });

  test('are made of nothing else', () => {
    expect(eventOf({ type: 18, body: {} })).toBeUndefined();
  });
});
