import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, newError, refusable } from '../errors/index.js';
import { inodeOf } from '../netlink/file.js';
import { problemOf } from './check-file.js';
import { inTurn } from './turn.js';

/** state-BOOT.mdb, the next ones state-BOOT.1.mdb and so on, beside each LMDB's locks; those set aside as damaged-…. */
const fileName = /^(?<kind>state|damaged)-(?<boot>[0-9a-f-]{36})(\.(?<number>\d+))?\.mdb(-lock)?$/;

/** How many damaged files are kept for who wants to know. The last is what tells the number of the current one. */
const keptFiles = 3;

/** Only who had a file open for no longer, in ms, vouches for it: see #vouch(). */
const vouchedTime = 2000;

/** Which file of this boot's records counts. */
interface Place {
  readonly path: string;
  /** The name it gets when it is set aside. */
  readonly aside: string;
  /** The one before it, which was set aside. */
  readonly follows: string | undefined;
}

/** The file that holds a host's records, opened after it was found to be sound. Its name changes when one is damaged. */
export class StateFile {
  readonly path: string;
  /** The damaged file that this one follows: what it held has to be found out from the kernel. */
  readonly follows: string | undefined;
  readonly #directory: string;
  readonly #inode: number;
  readonly #opened = performance.now();
  #isDoubted = false;

  private constructor(directory: string, { path, follows }: Place, inode: number) {
    this.#directory = directory;
    this.path = path;
    this.follows = follows;
    this.#inode = inode;
  }

  /**
   * Opens this boot's file in a run directory by `open`, which makes it if need be. One that is damaged is set aside before,
   * whoever else has it open. Files of earlier boots are removed unread: what they describe is gone, and since nothing is
   * ever synced to a disk they may be torn. Throws what `open` throws, and the kernel's refusals.
   */
  static open<Root>(
    directory: string,
    open: (path: string) => Root,
    close: (root: Root) => void,
  ): { file: StateFile; root: Root } {
    return refusable(directory, () => inTurn(directory, () => StateFile.#open(directory, open, close)));
  }

  static #open<Root>(directory: string, open: (path: string) => Root, close: (root: Root) => void) {
    for (;;) {
      const place = findPlace(directory);
      if (!isSound(place.path)) {
        setAside(place);
        continue;
      }
      const root = open(place.path);
      // Who lost its turn may meet another who sets the file aside; then `open` has made one of that name that counts for nobody.
      const inode = inodeOf(place.path);
      if (inode !== undefined && findPlace(directory).path === place.path) {
        return { file: new StateFile(directory, place, inode), root };
      }
      close(root);
    }
  }

  /**
   * Closes the file by `close`, which must have let go of it when it returns. LMDB's last user destroys the locks, also
   * those of one who is just opening the file; so nobody is.
   */
  close<Result>(close: () => Result): Result {
    return refusable(this.#directory, () =>
      inTurn(this.#directory, () => {
        const result = close();
        this.#vouch();
        return result;
      }),
    );
  }

  /**
   * Throws ESTATEREPLACED when another process has set the file aside since it was opened: what is written to it is lost.
   * Asked after each transaction: what succeeds is on record.
   */
  demandCurrent(): void {
    if (inodeOf(this.path) !== this.#inode) {
      throw newError('ESTATEREPLACED', { directory: this.#directory });
    }
  }

  /** For a file in which something wrong was found while it was open. */
  doubt(): void {
    this.#isDoubted = true;
  }

  /**
   * A short-lived process that has met nothing wrong vouches for the file: it sets the time of the last change back to the
   * whole second, and the next one that opens it need not look at all of it. Any change and any opening take that back, so
   * that who dies of what is in the file vouches for nothing.
   */
  #vouch(): void {
    if (this.#isDoubted || performance.now() - this.#opened > vouchedTime) {
      return;
    }
    const status = statSync(this.path, { throwIfNoEntry: false });
    if (status?.ino === this.#inode) {
      const second = Math.floor(status.mtimeMs / 1000);
      utimesSync(this.path, second, second);
    }
  }
}

/** Whether there are records of this boot in a directory, if there is one. Changes nothing. Throws the kernel's refusals. */
export function hasRecords(directory: string): boolean {
  const boot = thisBoot();
  const isCurrent = (name: string) => {
    const { kind, boot: its } = fileName.exec(name)?.groups ?? {};
    return kind === 'state' && its === boot && name.endsWith('.mdb');
  };
  return refusable(directory, () => existsSync(directory) && readdirSync(directory).some(isCurrent));
}

/** Why a file that was set aside is damaged. */
export function damageOf(path: string): string {
  return refusable(path, () => problemOf(path)) ?? 'it was found to be damaged';
}

/** Whether the file can be opened. One that somebody vouches for is not looked at, and nobody vouches for it any more. */
function isSound(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status !== undefined && status.mtimeMs % 1000 === 0) {
    const between = Math.floor(status.mtimeMs / 1000) + 0.5;
    utimesSync(path, between, between);
    return true;
  }
  return problemOf(path) === undefined;
}

/** Finds the current file's name, whether or not it exists, and removes what nobody needs any more. */
function findPlace(directory: string): Place {
  const boot = thisBoot();
  const files = readdirSync(directory).flatMap((name) => {
    const { kind, boot, number = '0' } = fileName.exec(name)?.groups ?? {};
    return kind === undefined ? [] : [{ name, kind, boot, number: Number(number) }];
  });
  const damaged = files.filter((file) => file.kind === 'damaged' && file.boot === boot).map(({ number }) => number);
  const current = Math.max(-1, ...damaged) + 1;
  for (const { name, kind, boot: its, number } of files) {
    const isOld = number < (kind === 'state' ? current : current - keptFiles);
    if (its !== boot || isOld) {
      rmSync(join(directory, name), { force: true });
    }
  }
  const nameOf = (kind: string, number: number) =>
    join(directory, `${kind}-${boot}${number === 0 ? '' : `.${number}`}.mdb`);
  return {
    path: nameOf('state', current),
    aside: nameOf('damaged', current),
    follows: current === 0 ? undefined : nameOf('damaged', current - 1),
  };
}

/**
 * From this instant the file is no longer the current one, for anybody. What remains (its locks) goes when the next one is
 * looked for.
 */
function setAside({ path, aside }: Place): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    // Another process was faster.
    if (codeOf(error) !== 'ENOENT') {
      throw error;
    }
  }
}

function thisBoot(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}
