import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { FileWatch } from './file-watch.js';
import { readIfThere } from './rewrite.js';
import { type HostFiles, readSurroundings, type Surroundings } from './surroundings.js';

export interface HostFollowerOptions {
  readonly host: HostFiles;
  /** A file of the run directory: what all sandboxes were told last, whoever told them. */
  readonly marker: string;
  /** Brings the files of these sandboxes up to date, by their ids, or those of all. */
  readonly refresh: (surroundings: Surroundings, ids?: Iterable<string>) => Promise<unknown>;
}

/**
 * When others' sandboxes are looked after, milliseconds after one's own: at a time of one's own, so that of a thousand processes the
 * first does it for all.
 */
const othersTurn = { from: 300, to: 1300 };

/** Tells sandboxes when the host's files say something else: one's own at once, then those whose processes are gone. */
export class HostFollower {
  readonly #options: HostFollowerOptions;
  /** Ids of the sandboxes whose files were made here. */
  readonly #own = new Set<string>();
  /** What they were told of the host's files: all of them the first, some of them the others. */
  #told: Surroundings[] = [];
  #watch: FileWatch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #following: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: HostFollowerOptions) {
    this.#options = options;
  }

  /** These sandboxes are one's own from now on, and know this. */
  add(ids: Iterable<string>, surroundings: Surroundings): void {
    for (const id of ids) {
      this.#own.add(id);
    }
    if (!this.#told.some((one) => isDeepStrictEqual(one, surroundings))) {
      this.#told.push(surroundings);
    }
  }

  forget(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#own.delete(id);
    }
  }

  /** Begins, unless it has begun or is closed. */
  watch(): void {
    const { host } = this.#options;
    if (this.#isClosed || this.#watch) {
      return;
    }
    this.#watch = new FileWatch([host.resolvConf, host.resolved], () => this.#follow());
    if (this.#told.length === 0) {
      this.#told.push(readSurroundings(host));
    }
    // What has changed before the watch began was told to nobody.
    this.#follow();
  }

  /** Ends it, and waits for what is under way. Can be repeated. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watch?.close();
    await this.#following;
  }

  #follow(): void {
    this.#do(async () => {
      const now = readSurroundings(this.#options.host);
      if (this.#told.every((one) => isDeepStrictEqual(one, now))) {
        return;
      }
      this.#told = [now];
      clearTimeout(this.#timer);
      const { from, to } = othersTurn;
      this.#timer = setTimeout(() => this.#tellOthers(), from + Math.random() * (to - from)).unref();
      if (this.#own.size > 0) {
        // Whoever comes to an end half-way leaves nobody in the belief that all were told.
        writeFileSync(this.#options.marker, '');
        await this.#options.refresh(now, this.#own);
      }
    });
  }

  #tellOthers(): void {
    this.#do(async () => {
      const { host, marker, refresh } = this.#options;
      const now = readSurroundings(host);
      const mark = createHash('sha256').update(JSON.stringify(now)).digest('hex');
      if (readIfThere(marker) === mark) {
        return;
      }
      writeFileSync(marker, '');
      await refresh(now);
      writeFileSync(marker, mark);
    });
  }

  /** One after the other. What is refused now is tried again by gc. */
  #do(work: () => Promise<void>): void {
    this.#following = this.#following.then(() => (this.#isClosed ? undefined : work())).catch(() => undefined);
  }
}
