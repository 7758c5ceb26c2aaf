import { expectTypeOf } from 'expect-type';
import { describe, test } from 'vitest';
import {
  type Address,
  type BridgeOptions,
  type BridgePortOptions,
  type ChangeEvent,
  type Connection,
  getLink,
  type Link,
  type LostEvent,
  linkOptions,
  listAddresses,
  listLinks,
  newLink,
  portOptions,
} from '../../../src/netlink/index.js';

// Checked by tsc (npm run lint); nothing here is ever called.
const connection = undefined as unknown as Connection;
const link = undefined as unknown as Link;

describe('what the compiler knows', () => {
  test('of an answer follows from the request', () => {
    expectTypeOf(() => connection.request(getLink({ index: 1 }))).returns.resolves.toEqualTypeOf<Link>();
    expectTypeOf(() => connection.request(newLink({}))).returns.resolves.toEqualTypeOf<undefined>();
    expectTypeOf(() => connection.list(listLinks())).returns.resolves.toEqualTypeOf<Link[]>();
    expectTypeOf(() => connection.list(listAddresses())).returns.resolves.toEqualTypeOf<Address[]>();
  });

  test('keeps listings and requests apart', () => {
    // @ts-expect-error: a listing has many answers.
    expectTypeOf(() => connection.request(listLinks())).toBeFunction();
    // @ts-expect-error: a request has one.
    expectTypeOf(() => connection.list(getLink({ index: 1 }))).toBeFunction();
  });

  test('of events follows from the topics', () => {
    type Event<T> = T extends AsyncIterable<infer E> ? E : never;
    const subscribe = () => connection.subscribe(['link', 'address']);
    expectTypeOf<Event<ReturnType<typeof subscribe>>>().toEqualTypeOf<
      | { readonly type: 'link'; readonly action: 'new' | 'del'; readonly object: Link }
      | { readonly type: 'address'; readonly action: 'new' | 'del'; readonly object: Address }
      | LostEvent
    >();
    expectTypeOf<ChangeEvent['type']>().toEqualTypeOf<
      'link' | 'bridge-port' | 'address' | 'route' | 'neighbour' | 'rule' | 'netns-id' | 'ruleset'
    >();
  });

  test('of a link follows from its kind', () => {
    expectTypeOf(() => linkOptions(link, 'bridge')).returns.toEqualTypeOf<BridgeOptions | undefined>();
    expectTypeOf(() => portOptions(link, 'bridge')).returns.toEqualTypeOf<BridgePortOptions | undefined>();
  });

  test('refuses options that no kind has', () => {
    // @ts-expect-error: there is no such option.
    expectTypeOf(() => newLink({ info: { kind: 'bridge', data: { stpstate: 1 } } })).toBeFunction();
  });
});
