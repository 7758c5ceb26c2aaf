import { type AnySubnet, type Family, parseIpv4, parseIpv6, subnetOf, subnetOf6 } from '../address/index.js';
import {
  type Address,
  AF_INET,
  AF_INET6,
  type ChangeEvent,
  type Connection,
  listAddresses,
  listRoutes,
  type Route,
  type Subscription,
} from '../netlink/index.js';

type Topics = 'route' | 'address';

/** After so many changes that nobody asked about, listing everything again is cheaper than following them. */
const mostUnasked = 4096;

/**
 * Every range that the host has an address in or a route to, in any table, but for the default route. Listed once, and
 * followed from then on for as long as somebody asks now and then: with a thousand networks, listing takes longer than making one
 * more.
 */
export class HostRanges {
  readonly #connection: Connection;
  #following:
    | { readonly known: Promise<Map<string, AnySubnet>>; readonly subscription: Subscription<Topics> }
    | undefined;
  #unasked = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async read(): Promise<AnySubnet[]> {
    this.#unasked = 0;
    this.#following ??= this.#follow();
    const known = await this.#following.known;
    return [...known.values()];
  }

  #follow() {
    const subscription = this.#connection.subscribe(['route', 'address']);
    const known = list(this.#connection);
    // A listing that failed fails whoever waits for it; the next one who asks tries again.
    void this.#update(subscription, known).catch(() => {
      this.#following = undefined;
    });
    return { known, subscription };
  }

  async #update(subscription: Subscription<Topics>, listing: Promise<Map<string, AnySubnet>>): Promise<void> {
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

function apply(known: Map<string, AnySubnet>, event: ChangeEvent<Topics>): void {
  const entry = event.type === 'route' ? entryOfRoute(event.object) : entryOfAddress(event.object);
  if (entry && event.action === 'new') {
    known.set(...entry);
  } else if (entry) {
    known.delete(entry[0]);
  }
}

async function list(connection: Connection): Promise<Map<string, AnySubnet>> {
  const families = [AF_INET, AF_INET6];
  // Asking for one table would be refused as long as it has no route.
  const [routes, addresses] = await Promise.all([
    Promise.all(families.map((family) => connection.list<Route>(listRoutes({ family })))),
    Promise.all(families.map((family) => connection.list<Address>(listAddresses({ family })))),
  ]);
  const entries = [...routes.flat().map(entryOfRoute), ...addresses.flat().map(entryOfAddress)];
  return new Map(entries.filter((entry) => entry !== undefined));
}

type Entry = [key: string, range: AnySubnet];

function entryOfRoute({ family, dst, dstLength = 0, oif, table, priority, tos }: Route): Entry | undefined {
  if (dst === undefined || dstLength === 0) {
    return undefined;
  }
  const key = ['route', dst, dstLength, oif, table, priority ?? 0, tos ?? 0].join(' ');
  return [key, rangeOf(family, dst, dstLength)];
}

function entryOfAddress({ family, local, address, prefixLength, index }: Address): Entry | undefined {
  const own = local ?? address;
  return own === undefined
    ? undefined
    : [`address ${own}/${prefixLength} ${index}`, rangeOf(family, own, prefixLength)];
}

function rangeOf(afFamily: number, address: string, prefix: number): AnySubnet {
  const family: Family = afFamily === AF_INET ? 4 : 6;
  return family === 4
    ? { family, subnet: subnetOf(parseIpv4(address), prefix) }
    : { family, subnet: subnetOf6(parseIpv6(address), prefix) };
}
