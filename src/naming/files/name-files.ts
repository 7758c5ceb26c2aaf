import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { attempt, codeOf, fromNode, refusable, throwFirst } from '../../errors/index.js';
import { allSandboxes, type SandboxRecord, type Store, type Tables } from '../../store/index.js';
import { cleanFiles, isCurrent, makeFiles, namesIn, removeFiles, updateFiles } from './directory.js';
import { demandHostGateway, filesHolder, linkersOf, ownerOf } from './facts.js';
import { HostFollower } from './host-follower.js';
import { readNote } from './note.js';
import { inChunks } from './outcomes.js';
import { filesDirectory, type NameFilePaths, nameFilePaths, sandboxDirectory } from './paths.js';
import { type HostFiles, readSurroundings, type Surroundings } from './surroundings.js';
import { type NamingDefaults, textsOf } from './texts.js';

export interface NameFilesOptions {
  readonly store: Store;
  /** For sandboxes that are given nothing of their own. */
  readonly defaults: NamingDefaults;
  /** The host's file. Default: /etc/resolv.conf. */
  readonly resolvConf?: string | undefined;
  /** The one in which systemd-resolved names the servers that it asks itself. Default: /run/systemd/resolve/resolv.conf. */
  readonly resolved?: string | undefined;
  /** The host's file, for sandboxes in its namespace. Default: /etc/hosts. */
  readonly hosts?: string | undefined;
}

/** How long somebody may take who reads a file piece by piece, milliseconds. */
const cleaningTime = 20;

/** An id, and nothing that leads anywhere else. */
const id64 = /^[0-9a-f]{64}$/;

/**
 * The files of a host's sandboxes that are mounted over /etc/hostname, /etc/hosts and /etc/resolv.conf: made, kept up to date
 * where they are (a mounted file stays the one that it is), and removed. Those who change one do so in a transaction of the
 * records: one at a time, and by what the records say at that moment.
 */
export class NameFiles {
  readonly #store: Store;
  readonly #defaults: NamingDefaults;
  readonly #host: HostFiles;
  readonly #follower: HostFollower;
  /** Ids of sandboxes in whose files something is left of lines, and what clears them of it. */
  readonly #unclean = new Set<string>();
  #cleaning: Promise<void> | undefined;

  constructor({ store, defaults, ...host }: NameFilesOptions) {
    this.#store = store;
    this.#defaults = defaults;
    this.#host = {
      resolvConf: host.resolvConf ?? '/etc/resolv.conf',
      resolved: host.resolved ?? '/run/systemd/resolve/resolv.conf',
      hosts: host.hosts ?? '/etc/hosts',
    };
    this.#follower = new HostFollower({
      host: this.#host,
      marker: join(filesDirectory(store.directory), '.followed'),
      refresh: (surroundings, ids) =>
        this.#refresh(ids ? this.#recordsOf(ids) : store.read(allSandboxes), surroundings, true),
    });
  }

  /** The paths of a sandbox's own files, by its id, whether or not they are there. See `filesHolder` for which it uses. */
  paths(id: string): NameFilePaths {
    return nameFilePaths(this.#store.directory, id);
  }

  /**
   * Makes the files of those who have asked for some, of what is on record: to be called before anybody else takes them for ready. One
   * that shares the namespace of a sandbox with files uses those. Sandboxes that have links to any of them learn their addresses. In
   * order, what went wrong: EBADOPTION for a `host-gateway` where the host cannot be reached, and the kernel's refusals; then nothing is
   * left. Can be repeated.
   */
  async make(records: readonly SandboxRecord[]): Promise<(Error | undefined)[]> {
    const asked = records.some(({ files }) => files);
    const surroundings = asked ? readSurroundings(this.#host) : undefined;
    if (surroundings) {
      this.#follower.add(idsOf(records), surroundings);
    }
    const outcomes = await inChunks(records, (record) => surroundings && this.#make(record, surroundings));
    await this.#refreshLinkers(records, surroundings);
    return outcomes.map((outcome) => (outcome instanceof Error ? outcome : undefined));
  }

  /**
   * Removes the files of sandboxes that are gone from the records, or are about to go; those who have links to them forget their
   * addresses. Does what can be done, then throws the first of the kernel's refusals. Can be repeated.
   */
  async remove(records: readonly SandboxRecord[]): Promise<void> {
    const own = records.filter(({ files }) => files);
    this.#follower.forget(idsOf(own));
    const outcomes = await inChunks(own, ({ id }) => this.#remove(id));
    await this.#refreshLinkers(records, undefined);
    throwFirst(outcomes);
  }

  /**
   * Brings the files of sandboxes up to date whose endpoints have changed, and of those who have links to them, by what is on record
   * now. Does what can be done, then throws the first of the kernel's refusals.
   */
  async refresh(records: readonly SandboxRecord[]): Promise<void> {
    const linkers = this.#linkers(records);
    throwFirst(await this.#refresh([...this.#recordsOf(idsOf(records)), ...linkers], undefined));
  }

  /**
   * Brings the files of all sandboxes up to date, with what the host's own say now, and makes those that are missing. A resolv.conf
   * that somebody has edited stays as it is. Returns in how many sandboxes something was changed; throws as `refresh` does.
   */
  async refreshAll(): Promise<number> {
    const outcomes = await this.#refresh(this.#store.read(allSandboxes), undefined, true);
    throwFirst(outcomes);
    return outcomes.filter((outcome) => outcome === true).length;
  }

  /** Removes what is left of sandboxes that are not on record any more, and returns how many those were. Throws as `remove` does. */
  async sweep(): Promise<number> {
    // The records second: a sandbox is on record before it has files.
    const ids = this.#kernel(() => namesIn(filesDirectory(this.#store.directory))).filter((name) => id64.test(name));
    const dead = this.#store.read(({ sandboxes }) => ids.filter((id) => sandboxes.get(id) === undefined));
    const outcomes = await inChunks(dead, (id) => this.#remove(id));
    throwFirst(outcomes);
    return dead.length;
  }

  /**
   * Follows the host's resolv.conf from now on, in the files of all sandboxes, whoever has made them, its own first. Does nothing if it does
   * so already. Where the kernel has no more room for watches, gc and others who watch have to do.
   */
  watch(): void {
    this.#follower.watch();
  }

  /** Ends watching, and waits for what is under way. Can be repeated. */
  async close(): Promise<void> {
    await this.#follower.close();
    await this.#cleaning;
  }

  #make(record: SandboxRecord, surroundings: Surroundings): void {
    const plan = this.#store.read((tables) => {
      if (filesHolder(tables, record) !== record.id) {
        return undefined;
      }
      demandHostGateway(tables, ownerOf(tables, record));
      return textsOf(tables, record, this.#defaults, surroundings);
    });
    if (!plan) {
      return;
    }
    const directory = this.#directory(record.id);
    const made = attempt(() => makeFiles(directory, plan, this.#defaults));
    if (!(made instanceof Error)) {
      if (record.links?.length) {
        // Who has come or gone since, and looked for those who are linked to it, has not found these files.
        this.#refreshOne(record.id, surroundings, false);
      }
      return;
    }
    if (codeOf(made) !== 'EEXIST') {
      attempt(() => removeFiles(directory));
      throw fromNode(made, directory);
    }
    this.#store.transaction((tables) => this.#makeAgain(tables, record, surroundings));
  }

  /** Where there is something already. In a transaction. */
  #makeAgain(tables: Tables, record: SandboxRecord, surroundings: Surroundings): boolean {
    return this.#kernel(() => {
      const directory = this.#directory(record.id);
      const note = readNote(directory);
      const defaults = note?.defaults ?? this.#defaults;
      const texts = textsOf(tables, record, defaults, surroundings);
      if (note) {
        const isUpdated = updateFiles(directory, note, texts);
        if (isUpdated) {
          this.#cleanLater(record.id);
        }
        return isUpdated;
      }
      removeFiles(directory);
      makeFiles(directory, texts, defaults);
      return true;
    }, record.id);
  }

  #remove(id: string): void {
    this.#kernel(() => removeFiles(this.#directory(id)), id);
  }

  async #refreshLinkers(records: readonly SandboxRecord[], surroundings: Surroundings | undefined): Promise<void> {
    const linkers = this.#linkers(records);
    if (linkers.length > 0) {
      // Theirs is not what the caller is about; what is refused now is tried again by gc.
      await this.#refresh(linkers, surroundings);
    }
  }

  #recordsOf(ids: Iterable<string>): SandboxRecord[] {
    return this.#store.read(({ sandboxes }) => [...ids].flatMap((id) => sandboxes.get(id) ?? []));
  }

  #linkers(records: readonly SandboxRecord[]): SandboxRecord[] {
    const found = this.#store.read((tables) => linkersOf(tables, new Set(records.map(({ name }) => name))));
    return found.filter(({ id }) => !records.some((record) => record.id === id));
  }

  /** Of those whose files are there, or `mend`s what is missing; true for those in which something was changed. */
  #refresh(records: readonly SandboxRecord[], known: Surroundings | undefined, mend = false) {
    const own = records.filter(({ files }) => files);
    const surroundings = own.length > 0 ? (known ?? readSurroundings(this.#host)) : undefined;
    return inChunks(own, ({ id }) => surroundings !== undefined && this.#refreshOne(id, surroundings, mend));
  }

  /** Nobody else has to wait for one whose files are as they should be. */
  #refreshOne(id: string, surroundings: Surroundings, mend: boolean): boolean {
    const directory = this.#directory(id);
    const isDue = (tables: Tables): SandboxRecord | undefined => {
      const record = tables.sandboxes.get(id);
      if (!record || record.state === 'leaving' || filesHolder(tables, record) !== id) {
        return undefined;
      }
      const note = this.#kernel(() => readNote(directory), id);
      // Without a note, somebody may be making them: who is not done with the sandbox itself.
      const isWrong = note
        ? !isCurrent(note, textsOf(tables, record, note.defaults, surroundings))
        : mend && record.state !== 'pending';
      return isWrong ? record : undefined;
    };
    if (!this.#store.read(isDue)) {
      return false;
    }
    return this.#store.transaction((tables) => {
      const record = isDue(tables);
      return record !== undefined && this.#makeAgain(tables, record, surroundings);
    });
  }

  /** Clears files of what was left of lines in them, once nobody can still be reading those. */
  #cleanLater(id: string): void {
    this.#unclean.add(id);
    this.#cleaning ??= this.#clean();
  }

  async #clean(): Promise<void> {
    while (this.#unclean.size > 0) {
      await setTimeout(cleaningTime);
      const ids = [...this.#unclean];
      this.#unclean.clear();
      // What cannot be cleared is a comment, and is cleared by the next update.
      await inChunks(ids, (id) => this.#store.transaction(() => cleanFiles(this.#directory(id))));
    }
    this.#cleaning = undefined;
  }

  #directory(id: string): string {
    return sandboxDirectory(this.#store.directory, id);
  }

  #kernel<Result>(work: () => Result, id?: string): Result {
    return refusable(id === undefined ? filesDirectory(this.#store.directory) : this.#directory(id), work);
  }
}

function idsOf(records: readonly SandboxRecord[]): string[] {
  return records.map(({ id }) => id);
}
