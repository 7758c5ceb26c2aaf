import { type Connection, type Link, LinkExtension, listLinks, type Subscription } from '../../netlink/index.js';
import type { Store } from '../../store/index.js';
import { addressEvent, routeEvent } from './address-route.js';
import { DamageWatch } from './damage-watch.js';
import type { EventType, HostEvent, LinkEvent } from './event.js';
import { type KnownLink, LinkTable } from './link-table.js';

type Topic = 'link' | 'address' | 'route';

/** What of these types the kernel tells of the host's namespace, from now on; also what is lost with a network's link. */
export class KernelEvents {
  readonly #connection: Connection;
  readonly #store: Store;
  readonly #subscription: Subscription<Topic>;
  readonly #listed: Promise<Link[]>;
  readonly #damage: DamageWatch;

  constructor(connection: Connection, store: Store, types: ReadonlySet<EventType>) {
    this.#connection = connection;
    this.#store = store;
    this.#damage = new DamageWatch(store);
    // The engine does one after the other. A link that is made in between is told of when it is heard of.
    this.#listed = this.#list();
    this.#listed.catch(() => undefined); // Thrown when it is waited for.
    const topics: Topic[] = ['link', ...(['address', 'route'] as const).filter((topic) => types.has(topic))];
    this.#subscription = connection.subscribe(topics);
  }

  async *events(): AsyncGenerator<HostEvent, undefined, undefined> {
    const links = new LinkTable(this.#store.directory, await this.#listed);
    for await (const event of this.#subscription) {
      switch (event.type) {
        case 'lost':
          yield { time: Date.now(), type: 'lost', of: 'kernel' };
          yield* this.#catchUp(links);
          break;
        case 'link':
          yield* event.action === 'new' ? this.#seen(links, event.object) : this.#deleted(links, event.object.index);
          break;
        case 'address':
          yield addressEvent(event.action === 'new' ? 'added' : 'removed', event.object, links);
          break;
        case 'route': {
          const route = routeEvent(event.action === 'new' ? 'added' : 'removed', event.object, links);
          yield* route ? [route] : [];
        }
      }
    }
  }

  async close(): Promise<void> {
    await this.#subscription.return();
  }

  #list(): Promise<Link[]> {
    return this.#connection.list(listLinks({ extMask: LinkExtension.skipStatistics }));
  }

  /** After a loss: what has become of links is told by comparison. */
  async *#catchUp(links: LinkTable): AsyncGenerator<HostEvent> {
    const listed = await this.#list();
    const present = new Set(listed.map(({ index }) => index));
    for (const index of links.indexes().filter((known) => !present.has(known))) {
      yield* this.#deleted(links, index);
    }
    for (const link of listed) {
      yield* this.#seen(links, link);
    }
  }

  *#seen(links: LinkTable, link: Link): Generator<HostEvent> {
    const news = links.see(link);
    if (!news) {
      return;
    }
    const { action, known, changed } = news;
    yield linkEvent(action, known, changed);
    yield* this.#damage.seen(known);
  }

  *#deleted(links: LinkTable, index: number): Generator<HostEvent> {
    const known = links.forget(index);
    if (known) {
      yield linkEvent('deleted', known);
      yield* this.#damage.deleted(known);
    }
  }
}

function linkEvent(
  action: LinkEvent['action'],
  { summary, owner }: KnownLink,
  changed?: LinkEvent['changed'],
): LinkEvent {
  return { time: Date.now(), type: 'link', action, link: summary, ...owner, ...(changed && { changed }) };
}
