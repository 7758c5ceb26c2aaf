import type { PortWish } from '../address/index.js';
import { type Attached, attachedOf } from '../endpoint/attached.js';
import type { EndpointContext } from '../endpoint/index.js';
import { isLinkedTo } from '../endpoint/open-names.js';
import type { Opening } from '../endpoint/open-services.js';
import { addAliases, refuseAliases } from '../endpoint/record-names.js';
import { addLinkers, claim, resolveLinks } from '../endpoint/record-service.js';
import type { ServiceWish } from '../endpoint/service.js';
import { attempt } from '../errors/index.js';
import { networkHasNames } from '../naming/index.js';
import type { Network } from '../network/index.js';
import { refuseTakenName, type SandboxRecord, type Tables, takeSandbox } from '../store/index.js';
import { shapeOf, together } from './shape.js';
import { Shelf } from './shelf.js';
import type { TakeWish } from './spec.js';

/** What entries are taken out of. */
export interface Stock {
  readonly network: Network;
  readonly shelf: Shelf;
  /** What each of its entries serves. */
  readonly service: ServiceWish;
}

/** One that is asked for. */
export interface Taking {
  readonly wish: TakeWish;
  /** performance.now() of the call. */
  readonly called: number;
}

/** One that is its taker's from here on, and lacks ports, files or links yet. */
export interface Unfinished extends Opening {
  readonly network: Network;
  readonly microseconds: Attached['microseconds'];
}

/** What taking one came to. */
export type Outcome =
  | { readonly kind: 'taken'; readonly attached: Attached }
  | { readonly kind: 'unfinished'; readonly unfinished: Unfinished }
  | { readonly kind: 'empty' }
  | { readonly kind: 'refused'; readonly error: Error };

/**
 * Takes entries, all in one transaction: where nothing is asked for that the kernel has to do, that is all. One outcome for each, in
 * order; one that is refused leaves its entry where it was, and does not touch the others.
 */
export function takeTogether(context: EndpointContext, stock: Stock, takings: readonly Taking[]): Outcome[] {
  const begun = performance.now();
  const own = attempt(() =>
    context.store.transaction((tables) =>
      takings.map(({ wish, called }): Outcome => {
        const outcome = attempt(() => takeOne(tables, context, stock, wish, 1000 * (begun - called)));
        return outcome instanceof Error ? { kind: 'refused', error: outcome } : outcome;
      }),
    ),
  );
  if (own instanceof Error) {
    throw own;
  }
  for (const one of own) {
    if (one.kind === 'unfinished') {
      // Until it is finished: nobody else in this process is to take it for abandoned.
      context.working.add(one.unfinished.record.id);
    }
  }
  return own;
}

/** Writes nothing when it throws: ENAMEINUSE, ENOSANDBOX, EBADOPTION, EPORTTAKEN, ENOFREEPORT. */
function takeOne(tables: Tables, context: EndpointContext, stock: Stock, wish: TakeWish, queue: number): Outcome {
  const { network } = stock;
  const { name, service, aliases } = wish;
  if (name !== undefined) {
    refuseTakenName(tables, name);
  }
  if (aliases.length > 0) {
    refuseAliases(wish, network);
  }
  const links = service.links.length === 0 ? [] : resolveLinks(tables, service.links, network);
  const found = findEntry(tables, stock, service);
  if (!found) {
    return { kind: 'empty' };
  }
  const { entry, publish } = found;
  const ports = attempt(() => claim(tables, entry.id, publish, network, context.publishing));
  if (ports instanceof Error) {
    stock.shelf.remember(entry.id);
    throw ports;
  }
  const record = recordOf(entry, wish, { owner: context.owner, links, ports, exposed: found.exposed });
  for (const endpoint of record.endpoints) {
    addAliases(tables, record.id, endpoint);
  }
  addLinkers(tables, record);
  const directory = context.store.directory;
  const isNamed = !networkHasNames(network.record) || context.naming.service.isSure(tables, network.record);
  const isLooked = name !== undefined && isLinkedTo(tables, record);
  if (publish.length === 0 && links.length === 0 && !record.files && isNamed && !isLooked) {
    takeSandbox(tables, entry, record);
    return { kind: 'taken', attached: attachedOf(tables, record, directory, { queue }) };
  }
  const pending: SandboxRecord = { ...record, state: 'pending', ...(entry.pool && { pool: entry.pool }) };
  takeSandbox(tables, entry, pending);
  const elements = context.firewall.elementsOf(tables, pending);
  const own = { wishes: publish, refused: new Set<string>(), microseconds: { queue } };
  return { kind: 'unfinished', unfinished: { record: pending, network, elements, ...own } };
}

interface Found {
  readonly entry: SandboxRecord;
  /** What it does not publish and expose yet of what was asked for. */
  readonly publish: readonly PortWish[];
  readonly exposed: ServiceWish['exposed'];
}

/** Of a pool that has published and exposed all that is asked for, if there is one; else of this. */
function findEntry(tables: Tables, { shelf, service }: Stock, asked: ServiceWish): Found | undefined {
  if (asked.publish.length + asked.exposed.length > 0) {
    const shape = shapeOf(together(service, asked));
    const entry = new Shelf({ ...shelf.key, shape }).find(tables);
    if (entry) {
      return { entry, publish: [], exposed: [] };
    }
  }
  const entry = shelf.find(tables);
  return entry && { entry, publish: asked.publish, exposed: asked.exposed };
}

interface Added extends Required<Pick<SandboxRecord, 'owner' | 'links' | 'ports' | 'exposed'>> {}

/** The record of the sandbox that an entry becomes. */
function recordOf(entry: SandboxRecord, wish: TakeWish, { owner, links, ports, exposed }: Added): SandboxRecord {
  const { pool: _, ...own } = entry;
  const { name, hostname, aliases, names, bound } = wish;
  const [first] = entry.endpoints;
  return {
    ...own,
    state: 'ready',
    owner,
    bound,
    created: Date.now(),
    ...(name !== undefined && { name }),
    ...(hostname !== undefined && { hostname }),
    ...(aliases.length > 0 && first && { endpoints: [{ ...first, aliases }] }),
    // What was asked for last comes last: see portsFor.
    ...(ports.length > 0 && { ports: [...(entry.ports ?? []), ...ports] }),
    ...(exposed.length > 0 && { exposed: [...(entry.exposed ?? []), ...exposed] }),
    ...(links.length > 0 && { links }),
    ...(names.naming && { naming: names.naming }),
    ...(names.env.length > 0 && { env: names.env }),
    ...(names.files && { files: true as const }),
  };
}
