import { attemptAsync, NetplumbError, newError } from '../../errors/index.js';
import { type Answer, deleteElements, newElements } from '../../netlink/index.js';
import type { Backend, BackendContext } from '../backend.js';
import type { Change } from '../change.js';
import type { Element } from '../element.js';
import { elementsOf } from '../elements.js';
import { modelOf } from '../facts.js';
import { withFirewallLock } from '../lock.js';
import { type FirewallNames, firewallNames } from '../names.js';
import { bySet, listEntries, type RawEntry, rawDifference, rawEntries } from './entries.js';
import { isIntact, load, wasLoaded } from './fixed-part.js';
import type { TableFamily } from './sets.js';

/** How often the rules may change under a repair before it is given up. */
const mostTries = 32;

/** Chains and sets that never change, loaded once by `nft`; all else are elements of the sets, in transactions of our own. */
export class NftablesBackend implements Backend {
  readonly #context: BackendContext;
  readonly #names: FirewallNames;
  readonly #families: readonly TableFamily[];
  /** Tables whose fixed part was found as it should be. */
  readonly #intact = new Set<TableFamily>();
  /** The generation of the rules at which all was last found, or made, as it is on record. */
  #settled: number | undefined;

  /** `families`: of the tables that it has to do with. */
  constructor(context: BackendContext, families: readonly TableFamily[] = ['inet', 'bridge']) {
    this.#context = context;
    this.#families = families;
    this.#names = firewallNames(context.store.directory);
  }

  /**
   * What is to be removed and is gone already counts as removed. Where something is missing that should be there, or there that
   * should not be, everything is restored, this change with it.
   */
  async change({ add, remove }: Change): Promise<void> {
    const isOurs = ({ table }: { readonly table: TableFamily }) => this.#families.includes(table);
    const adding = add.filter(isOurs);
    const removing = rawEntries(remove.filter(isOurs), this.#names);
    const families = this.#families.filter((family) => adding.some(({ table }) => table === family));
    const gone = (await this.#areIntact(families)) && (await this.#make(rawEntries(adding, this.#names), removing));
    if (!gone) {
      this.doubt();
      await this.restore();
    } else if (gone.length > 0) {
      // A repair that has read older records may be about to bring it back: where nothing was removed, no generation tells it.
      await withFirewallLock(this.#context.store.directory, () => this.#make([], gone));
    }
  }

  restore(): Promise<boolean> {
    return withFirewallLock(this.#context.store.directory, () => this.#restore());
  }

  restoreChanged(generation: number | undefined): Promise<boolean> {
    return withFirewallLock(this.#context.store.directory, async () => {
      if (generation !== undefined && this.#settled !== undefined && !isLater(generation, this.#settled)) {
        return false;
      }
      this.doubt();
      return this.#restore();
    });
  }

  async isInForce(): Promise<boolean> {
    const { elements, families } = this.#wanted();
    this.doubt();
    if (!(await this.#areIntact(families))) {
      return false;
    }
    const { add, remove } = await this.#difference(elements, families);
    return add.length + remove.length === 0;
  }

  doubt(): void {
    this.#intact.clear();
  }

  /** What was gone already of what is to go, when all of it is done; nothing when it cannot be. */
  async #make(add: readonly RawEntry[], remove: readonly RawEntry[]): Promise<readonly RawEntry[] | undefined> {
    const gone: RawEntry[] = [];
    const adding = bySet(add).map(({ table, set, elements }) => newElements(table, set, elements));
    for (let removing = remove; removing.length + adding.length > 0; ) {
      // One element each: the kernel says of a request, not of an element in it, what it thinks.
      const requests = [...removing.map(({ table, set, element }) => deleteElements(table, set, [element])), ...adding];
      const answers = await this.#context.connection.transact(requests);
      const isGone = (i: number) => answers[i]?.error?.code === 'ENOENT';
      const failed = answers.filter(({ error }) => error).length;
      if (failed === 0) {
        return gone;
      }
      const missing = removing.filter((_, i) => isGone(i));
      if (missing.length < failed) {
        return undefined;
      }
      gone.push(...missing);
      removing = removing.filter((_, i) => !isGone(i));
    }
    return gone;
  }

  /**
   * What records say is compared with what the kernel has; only what differs is changed, and only if nobody has changed anything
   * since we looked (the generation tells): otherwise what another process has just added, or removed, would be lost.
   */
  async #restore(): Promise<boolean> {
    const { connection } = this.#context;
    let isMended = false;
    // Each is loaded in one transaction, so that the generation tells whether something has come into their sets since.
    let empty: { readonly families: readonly TableFamily[]; readonly generation: number } | undefined;
    for (let tries = 0; tries < mostTries; tries++) {
      const generation = await connection.generation();
      const { elements, families } = this.#wanted();
      const loaded = await this.#loadMissing(families);
      if (loaded.length > 0) {
        isMended = true;
        empty = { families: loaded, generation: generation + loaded.length };
        continue;
      }
      const known = empty?.generation === generation ? empty.families : [];
      const { add, remove } = await this.#difference(
        elements,
        families.filter((family) => !known.includes(family)),
      );
      if (add.length + remove.length === 0) {
        this.#settled = generation;
        return isMended;
      }
      const refusal = await this.#replace(add, remove, generation);
      if (refusal === undefined) {
        this.#settled = generation + 1;
        return true;
      }
      if (refusal.code !== 'ERESTART') {
        throw refusal;
      }
    }
    throw newError('ERULESBUSY', { table: this.#names.table });
  }

  /** What should be in force by the records, and in which tables to look for it. */
  #wanted(): { readonly elements: readonly Element[]; readonly families: readonly TableFamily[] } {
    const elements = elementsOf(this.#context.store.read(modelOf)).filter(({ table }) =>
      this.#families.includes(table),
    );
    // Of a table that was loaded once there may be something that no record knows any more.
    const isConcerned = (family: TableFamily) =>
      elements.some(({ table }) => table === family) || wasLoaded(family, this.#context);
    return { elements, families: this.#families.filter(isConcerned) };
  }

  /** What has to come and to go for these elements to be all that there are; of the tables of other families nothing is there. */
  async #difference(elements: readonly Element[], families: readonly TableFamily[]) {
    const found = await listEntries(this.#context.connection, families, this.#names);
    return rawDifference(found, rawEntries(elements, this.#names));
  }

  /** The first refusal; nothing when all is done. */
  async #replace(
    add: readonly RawEntry[],
    remove: readonly RawEntry[],
    generation: number,
  ): Promise<NetplumbError | undefined> {
    const requests = [
      ...bySet(remove).map(({ table, set, elements }) => deleteElements(table, set, elements)),
      ...bySet(add).map(({ table, set, elements }) => newElements(table, set, elements)),
    ];
    const answers = await attemptAsync<Answer[]>(() => this.#context.connection.transact(requests, { generation }));
    if (answers instanceof NetplumbError) {
      return answers;
    }
    if (answers instanceof Error) {
      throw answers;
    }
    return answers.find(({ error }) => error)?.error ?? undefined;
  }

  /** Whether the fixed parts are as they were loaded. */
  async #areIntact(families: readonly TableFamily[]): Promise<boolean> {
    for (const family of families.filter((one) => !this.#intact.has(one))) {
      if (!(await isIntact(family, this.#context))) {
        return false;
      }
      this.#intact.add(family);
    }
    return true;
  }

  /** Loads those fixed parts that are missing or not as they were loaded, and returns which. Under the lock. */
  async #loadMissing(families: readonly TableFamily[]): Promise<TableFamily[]> {
    const loaded: TableFamily[] = [];
    for (const family of families) {
      if (!(await this.#areIntact([family]))) {
        await load(family, this.#context);
        this.#intact.add(family);
        loaded.push(family);
      }
    }
    return loaded;
  }
}

/** Of two generations, which count up to 4294967295 and over (serial number arithmetic, RFC 1982). */
function isLater(generation: number, other: number): boolean {
  return ((generation - other) | 0) > 0;
}
