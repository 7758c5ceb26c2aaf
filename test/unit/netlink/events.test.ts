import { describe, expect, test } from 'vitest';
import { eventOf, groupsOf } from '../../../src/netlink/event.js';
import { AF_BRIDGE, AF_INET6, AF_UNSPEC } from '../../../src/netlink/index.js';
import { native } from '../../../src/netlink/native.js';

describe('events', () => {
  test('of both families and of every topic come from their groups, each joined once', () => {
    expect(groupsOf(['link', 'bridge-port', 'neighbour'])).toEqual([1, 3]);
    expect(groupsOf(['address', 'route', 'rule', 'netns-id'])).toEqual([5, 9, 7, 11, 8, 19, 28]);
  });

  test('are made of every message that the kernel sends by itself', () => {
    const sent = native()
      .describe()
      .messages.filter(({ name }) => /^RTM_(NEW|DEL)/.test(name));
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

  test('are made of nothing else', () => {
    expect(eventOf({ type: 18, body: {} })).toBeUndefined();
  });
});
