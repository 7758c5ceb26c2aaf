import { newId, parseReference, type Reference } from '../address/index.js';
import { attempt, attemptAsync, NetplumbError, newError } from '../errors/index.js';
import { forgetPools, reserveOne } from '../ipam/index.js';
import type { Connection } from '../netlink/index.js';
import {
  allNetworks,
  findNetwork,
  type NetworkRecord,
  removeNetwork,
  type Store,
  type Tables,
} from '../store/index.js';
import { Beginning } from './beginning.js';
import { defaultNetworkName, isBuiltin } from './builtin.js';
import { checkDefaultOptions, type DefaultNetworkOptions, settingsOf } from './default-network.js';
import type { DriverContext, Network, Settings } from './driver.js';
import { driverOf } from './drivers/index.js';
import { foundNetwork } from './found.js';
import { HostRanges } from './host-ranges.js';
import { LastingNetworks, type Settled } from './lasting.js';
import { putOnRecord } from './put-on-record.js';
import { removeLinks, removeSegments } from './remove-links.js';
import { allSegments, closeEmptySegments, forgetAllSegments, forgetSegments, segmentsOf } from './segments.js';
import { type NetworkSpec, readNetworkSpec } from './spec.js';
import { refuseRemoval, usersOf } from './users.js';

/** Counts that the networks of earlier boots have been taken over. */
const restored = 'restored';

/** Who lets packets of networks pass, and no others. */
export interface Guard {
  /** From now on as the record says. Before the network has endpoints; can be repeated. */
  guard(record: NetworkRecord): Promise<void>;
  /** The same for one of a network's segments, before it passes frames. */
  guardSegment(record: NetworkRecord, name: string): Promise<void>;
  /** No longer, for segments that are gone. */
  unguardSegments(record: NetworkRecord, names: readonly string[]): Promise<void>;
  /** No longer: the networks are off the record. Can be repeated. */
  unguard(records: readonly NetworkRecord[]): Promise<void>;
}

/** The networks of one host: on record, and ready for endpoints when they are asked for. */
export class Networks {
  readonly #context: DriverContext;
  readonly #store: Store;
  readonly #lasting: LastingNetworks;
  readonly #defaults: DefaultNetworkOptions;
  readonly #ranges: HostRanges;
  readonly #guard: Guard;
  /** By id: as the kernel was found. */
  readonly #ready = new Map<string, Promise<Network>>();
  readonly #beginning: Beginning;

  constructor(context: DriverContext, store: Store, defaults: DefaultNetworkOptions, guard: Guard) {
    this.#context = context;
    this.#store = store;
    this.#lasting = new LastingNetworks(store);
    this.#defaults = defaults;
    this.#ranges = new HostRanges(context.connection);
    this.#guard = guard;
    this.#beginning = new Beginning(context, store, defaults, this.#ranges);
  }

  /**
   * Puts the networks of earlier boots on record, once a boot: their links come back when they are first used, or by gc. Before
   * that, settles. Returns what could not be taken over or settled.
   */
  restore(): Error[] {
    const isDone = (tables: Tables) => tables.counters.get(restored) !== undefined;
    const { errors } = this.settle();
    if (this.#store.read(isDone)) {
      return [...errors];
    }
    const failures = this.#store.transaction((tables) => {
      if (isDone(tables)) {
        return [];
      }
      tables.counters.putSync(restored, 1);
      const { networks, problems } = this.#store.definitions.load();
      const refused = networks.map((record) => attempt(() => putOnRecord(tables, record)));
      return [...problems, ...refused.filter((one) => one instanceof Error)];
    });
    return [...errors, ...failures];
  }

  /** A network, ready for endpoints. Looked at in the kernel once; again after `forget`. Throws ENONETWORK. */
  async ready(reference: Reference): Promise<Network> {
    return this.readyOf(this.find(reference) ?? (await this.#default(reference)));
  }

  /** The same for a record. */
  async readyOf(record: NetworkRecord): Promise<Network> {
    const { id } = record;
    const known = this.#ready.get(id);
    if (known) {
      return known;
    }
    const preparing = this.#prepare(record).catch((error) => {
      this.#ready.delete(id);
      throw error;
    });
    this.#ready.set(id, preparing);
    return preparing;
  }

  /** To be called when the kernel turned out not to be as `ready` had found it. */
  forget(id: string): void {
    this.#ready.delete(id);
  }

  /** What is on record; of those that are there from the start, nothing before one of them is used or `all` is asked for. */
  find(reference: Reference): NetworkRecord | undefined {
    return this.#store.read((tables) => findNetwork(tables, reference));
  }

  /** Every network, oldest first, with those that are there from the start. */
  async all(): Promise<NetworkRecord[]> {
    await this.#beginning.begin();
    return this.#store.read(allNetworks);
  }

  /**
   * Makes a network: its record, then what it consists of. All or nothing. Throws ENAMEINUSE, EBUILTIN, ENODRIVER, EBADOPTION,
   * what its subnets and the driver are refused for, and the kernel's refusals.
   */
  async create(spec: NetworkSpec): Promise<NetworkRecord> {
    const read = readNetworkSpec(spec);
    await this.#beginning.begin();
    const { name, options } = read;
    const draft = { id: newId(), name, internal: read.recorded.internal, options };
    const complete = await foundNetwork({ ...read, draft }, this.#defaults.pools, this.#context, this.#ranges);
    const record = this.#lasting.add(draft.id, (tables) => {
      this.#store.demandRoom();
      const completed = complete(tables);
      putOnRecord(tables, completed);
      return completed;
    });
    try {
      await this.readyOf(record);
    } catch (error) {
      await this.#takeBack(record);
      throw error;
    }
    return record;
  }

  /** Removes a network that nobody uses. Throws ENONETWORK, EBUILTIN, ENETWORKINUSE (says by whom). */
  async remove(text: string): Promise<NetworkRecord> {
    const reference = parseReference(text, 'network');
    const record = this.#store.read((tables) => {
      const found = findNetwork(tables, reference);
      if (!found) {
        throw isBuiltin(text)
          ? newError('EBUILTIN', { network: text, done: 'removed' })
          : newError('ENONETWORK', { network: text });
      }
      refuseRemoval(tables, found);
      return found;
    });
    this.#strike(record);
    await this.#unmake([record]);
    return record;
  }

  /** Removes every network that is meant and that nobody uses, but for those that are there from the start. */
  async prune(isMeant: (record: NetworkRecord) => boolean): Promise<NetworkRecord[]> {
    const unused = this.#store.read((tables) => {
      const isUnused = (one: NetworkRecord) => !isBuiltin(one.name) && usersOf(tables, one).length === 0;
      return allNetworks(tables).filter((one) => isUnused(one) && isMeant(one));
    });
    const refusals = unused.map((record) => attempt(() => this.#strike(record)));
    const removed = unused.filter((_, i) => !refusals[i]);
    await this.#unmake(removed);
    // Whoever has joined one meanwhile keeps it.
    const refusal = refusals.find(
      (error) => error && !(error instanceof NetplumbError && error.code === 'ENETWORKINUSE'),
    );
    if (refusal) {
      throw refusal;
    }
    return removed;
  }

  /**
   * Removes those of networks' segments that nobody is on and that are not needed next. What a kill leaves of that is on record
   * until it is gone: to be called again then. `names` are asked about, by the networks' ids. `connection`: one that may be kept
   * waiting.
   */
  async shrink(names: ReadonlyMap<string, ReadonlySet<string>>, connection: Connection): Promise<void> {
    const closed = this.#store.transaction((tables) =>
      [...names].flatMap(([id, own]) => {
        const record = tables.networks.get(id);
        const empty = closeEmptySegments(tables, id, own);
        return record && empty.length > 0 ? [{ record, names: empty }] : [];
      }),
    );
    for (const { record, names: empty } of closed) {
      await removeSegments(record, empty, { ...this.#context, connection });
      await this.#guard.unguardSegments(record, empty);
      this.#store.transaction((tables) => forgetSegments(tables, record.id, empty));
    }
  }

  /** Removes every segment that nobody is on and that is not needed next, also what was left of networks that are gone. */
  async sweep(connection: Connection): Promise<void> {
    const segments = this.#store.read((tables) => allSegments(tables));
    const lost = [...segments.keys()].filter((id) => !this.#store.read(({ networks }) => networks.get(id)));
    if (lost.length > 0) {
      this.#store.transaction((tables) => {
        for (const id of lost.filter((one) => !tables.networks.get(one))) {
          forgetAllSegments(tables, id);
        }
      });
    }
    await this.shrink(segments, connection);
  }

  /** Makes good what somebody who is gone has left half done of a network's record and its definition. */
  settle(): Settled {
    return this.#lasting.settle();
  }

  /** Removes what networks that are off the record consisted of. */
  async #unmake(records: readonly NetworkRecord[]): Promise<void> {
    for (const { id } of records) {
      this.forget(id);
    }
    await this.#guard.unguard(records);
    for (const record of records) {
      const segments = this.#store.read((tables) => segmentsOf(tables, record.id));
      await removeSegments(record, segments, this.#context);
      await this.#guard.unguardSegments(record, segments);
    }
    await removeLinks(records, this.#context);
    this.#store.transaction((tables) => {
      for (const { id } of records) {
        forgetAllSegments(tables, id);
      }
    });
  }

  /** Takes a network off the record. Nothing happens when it is gone already. Throws EBUILTIN, ENETWORKINUSE. */
  #strike(record: NetworkRecord): void {
    this.#lasting.remove(record.id, (tables) => {
      if (tables.networks.get(record.id)) {
        refuseRemoval(tables, record);
        forgetPools(tables, record);
        removeNetwork(tables, record);
      }
    });
  }

  async #takeBack(record: NetworkRecord): Promise<void> {
    // Whoever has joined it meanwhile keeps it.
    const error = attempt(() => this.#strike(record));
    if (!error) {
      await attemptAsync(() => this.#unmake([record]));
    }
  }

  async #default({ text }: Reference): Promise<NetworkRecord> {
    if (text !== defaultNetworkName) {
      throw newError('ENONETWORK', { network: text });
    }
    return this.#beginning.begin();
  }

  async #prepare(record: NetworkRecord): Promise<Network> {
    if (record.driver === 'host' || record.driver === 'null') {
      throw newError('EBUILTIN', { network: record.name, done: 'connected' });
    }
    const isDefault = record.name === defaultNetworkName;
    if (isDefault) {
      checkDefaultOptions(record, this.#defaults);
    }
    const settings = {
      ...settingsOf(this.#defaults, isDefault),
      guardSegment: (name: string) => this.#guard.guardSegment(record, name),
    };
    const network = await attemptAsync(async () => {
      const ready = await driverOf(record.driver).ready(record, settings, this.#context);
      await this.#guard.guard(record);
      return ready;
    });
    if (!this.#store.read(({ networks }) => networks.get(record.id))) {
      // It was removed meanwhile: whoever did so may not have seen what was made since.
      await this.#unmake([record]);
      throw newError('ENONETWORK', { network: record.name });
    }
    if (network instanceof Error) {
      throw network;
    }
    this.#reserveGateways(network, settings);
    return network;
  }

  /** Routers that only the host's options name are nobody else's either. Throws EADDRTAKEN. */
  #reserveGateways({ pools, pools6 }: Network, { defaultGateway, defaultGateway6 }: Settings): void {
    const wanted = [
      ...pools.map((pool) => ({ pool, address: defaultGateway })),
      ...pools6.map((pool) => ({ pool, address: defaultGateway6 })),
    ].flatMap(({ pool, address }) => (address === undefined ? [] : [{ pool, address }]));
    if (wanted.length > 0) {
      this.#store.transaction((tables) => {
        for (const { pool, address } of wanted) {
          reserveOne(tables, pool, address, 'default gateway');
        }
      });
    }
  }
}
