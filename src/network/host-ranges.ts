import { type AnySubnet, type Family, parseIpv4, parseIpv6, subnetOf, subnetOf6 } from '../address/index.js';
import {
  type Address,
  AF_INET,
  AF_INET6,
  type ChangeEvent,
  type Connection,
  IFF_UP,
  listAddresses,
  listRoutes,
  type Route,
  RouteProtocol,
  RouteTable,
  type Subscription,
} from '../netlink/index.js';

type Topics = 'route' | 'address' | 'link';

/**
 * After so many changes that nobody asked about, it is not networks that are being made: attaching, whose every link is told of,
 * must not pay for it. A new network is a dozen changes.
 */
const mostUnasked = 64;

/**
 * Every range that the host has an address in or a route to, in any table, but for the default route. Listed once, and
 * followed from then on for as long as somebody asks now and then: with a thousand networks, listing takes longer than making one
 * more.
 */
export class HostRanges {
  readonly #connection: Connection;
  #following: { readonly known: Promise<Known>; readonly subscription: Subscription<Topics> } | undefined;
  #unasked = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async read(): Promise<AnySubnet[]> {
    this.#unasked = 0;
    this.#following ??= this.#follow();
    const { routes, addresses } = await this.#following.known;
    return [routes, addresses].flatMap((ofKind) => [...ofKind.values()].flatMap((ofLink) => [...ofLink.values()]));
  }

  #follow() {
    const subscription = this.#connection.subscribe(['route', 'address', 'link']);
    const known = list(this.#connection);
    // A listing that failed fails whoever waits for it; the next one who asks tries again.
    void this.#update(subscription, known).catch(() => {
      this.#following = undefined;
    });
    return { known, subscription };
  }

  async #update(subscription: Subscription<Topics>, listing: Promise<Known>): Promise<void> {
    const known = await listing;
    for await (const event of subscription) {
      if (event.type === 'lost' || ++this.#unasked > mostUnasked) {
        break;
      }
      apply(known, event);
    }
    this.#following = undefined;
  }
}

/** What is known, by index of the link that it is about; 0 when it is about none. */
interface Known {
  readonly routes: Map<number, Map<string, AnySubnet>>;
  readonly addresses: Map<number, Map<string, AnySubnet>>;
}

/**
 * Of IPv4 routes that go because their link is down or gone the kernel tells nobody (fib_flush, net/ipv4/fib_frontend.c): the
 * link's own event stands for them.
 */
function apply({ routes, addresses }: Known, event: ChangeEvent<Topics>): void {
  if (event.type === 'link') {
    const { index, flags = 0 } = event.object;
    if (event.action === 'del' || (flags & IFF_UP) === 0) {
      routes.delete(index);
    }
    if (event.action === 'del') {
      addresses.delete(index);
    }
    return;
  }
  const [entries, entry] =
    event.type === 'route' ? [routes, entryOfRoute(event.object)] : [addresses, entryOfAddress(event.object)];
  if (entry && event.action === 'new') {
    enter(entries, entry);
  } else if (entry) {
    const ofLink = entries.get(entry.link);
    ofLink?.delete(entry.key);
    if (ofLink?.size === 0) {
      entries.delete(entry.link);
    }
  }
}

function enter(entries: Known['routes'], { link, key, range }: Entry): void {
  const ofLink = entries.get(link) ?? new Map<string, AnySubnet>();
  entries.set(link, ofLink.set(key, range));
}

async function list(connection: Connection): Promise<Known> {
  const families = [AF_INET, AF_INET6];
  // Asking for one table would be refused as long as it has no route.
  const [routes, addresses] = await Promise.all([
    Promise.all(families.map((family) => connection.list<Route>(listRoutes({ family })))),
    Promise.all(families.map((family) => connection.list<Address>(listAddresses({ family })))),
  ]);
  const known: Known = { routes: new Map(), addresses: new Map() };
  for (const entry of routes.flat().flatMap((route) => entryOfRoute(route) ?? [])) {
    enter(known.routes, entry);
  }
  for (const entry of addresses.flat().flatMap((address) => entryOfAddress(address) ?? [])) {
    enter(known.addresses, entry);
  }
  return known;
}

interface Entry {
  readonly link: number;
  readonly key: string;
  readonly range: AnySubnet;
}

/** Nothing for the default route, and for what comes with an address, which is listed by itself: most of all routes. */
function entryOfRoute({ family, dst, dstLength = 0, oif, table, priority, tos, protocol }: Route): Entry | undefined {
  const isOfAddress = protocol === RouteProtocol.kernel && table === RouteTable.local;
  if (dst === undefined || dstLength === 0 || isOfAddress) {
    return undefined;
  }
  const key = [dst, dstLength, table, priority ?? 0, tos ?? 0].join(' ');
  return { link: oif ?? 0, key, range: rangeOf(family, dst, dstLength) };
}

function entryOfAddress({ family, local, address, prefixLength, index }: Address): Entry | undefined {
  const own = local ?? address;
  return own === undefined
    ? undefined
    : { link: index, key: `${own}/${prefixLength}`, range: rangeOf(family, own, prefixLength) };
}

function rangeOf(afFamily: number, address: string, prefix: number): AnySubnet {
  const family: Family = afFamily === AF_INET ? 4 : 6;
  return family === 4
    ? { family, subnet: subnetOf(parseIpv4(address), prefix) }
    : { family, subnet: subnetOf6(parseIpv6(address), prefix) };
}
