import { type FSWatcher, readlinkSync, realpathSync, watch } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { inodeOf } from '../../netlink/file.js';

/**
 * How long after a file was last touched it is taken for finished, milliseconds: it may be written in several steps, or be removed
 * and made again.
 */
const settling = 100;

/** Where the kernel has no room for a further watch (fs.inotify.max_user_instances is 128): when to try again, milliseconds. */
const retry = 30_000;

/** More symbolic links than the kernel follows. */
const longestChain = 41;

/** What must happen in a directory to be of interest. */
interface Place {
  readonly directory: string;
  readonly name: string;
}

/** A directory under watch: the one that it was then, if another gets its name. */
interface Watched {
  readonly inode: number;
  readonly watcher: FSWatcher;
}

/**
 * Tells when files may say something else: when they are written, replaced, removed or made, or a symbolic link on the way to them
 * leads elsewhere. Does not keep the process alive.
 */
export class FileWatch {
  readonly #paths: readonly string[];
  readonly #listener: () => void;
  readonly #watched = new Map<string, Watched>();
  #places: readonly Place[] = [];
  #settling: NodeJS.Timeout | undefined;
  #retrying: NodeJS.Timeout | undefined;

  constructor(paths: readonly string[], listener: () => void) {
    this.#paths = paths;
    this.#listener = listener;
    this.#follow();
  }

  close(): void {
    clearTimeout(this.#settling);
    clearTimeout(this.#retrying);
    for (const directory of [...this.#watched.keys()]) {
      this.#forget(directory);
    }
  }

  /** Watches where the files are now, and only there. */
  #follow(rounds = 3): void {
    this.#places = this.#paths.flatMap(placesOf);
    const directories = new Set(this.#places.map(({ directory }) => directory));
    for (const [directory, { inode }] of this.#watched) {
      if (!directories.has(directory) || inodeOf(directory) !== inode) {
        this.#forget(directory);
      }
    }
    for (const directory of directories) {
      if (!this.#watched.has(directory)) {
        this.#watch(directory);
      }
    }
    // What has happened before the watch began was told to nobody.
    if (rounds > 1 && !isDeepStrictEqual(this.#places, this.#paths.flatMap(placesOf))) {
      this.#follow(rounds - 1);
    }
  }

  #watch(directory: string): void {
    try {
      const inode = inodeOf(directory);
      const watcher = watch(directory, { persistent: false }, (_, name) => this.#notice(directory, name));
      watcher.on('error', () => this.#fail(directory));
      this.#watched.set(directory, { inode: inode ?? -1, watcher });
    } catch {
      this.#fail(directory);
    }
  }

  #fail(directory: string): void {
    this.#forget(directory);
    this.#retrying ??= setTimeout(() => {
      this.#retrying = undefined;
      this.#settle();
    }, retry).unref();
  }

  #forget(directory: string): void {
    this.#watched.get(directory)?.watcher.close();
    this.#watched.delete(directory);
  }

  /** The kernel names what is in a directory, or the directory itself when that goes. */
  #notice(directory: string, name: string | null): void {
    const isMeant = this.#places.some((place) => place.directory === directory && place.name === name);
    if (isMeant || name === null || name === basename(directory)) {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.#settle(), settling).unref();
    }
  }

  #settle(): void {
    this.#follow();
    this.#listener();
  }
}

/** Where something must happen for a path to mean another file: each symbolic link on the way, then the file, or what of the way is missing. */
function placesOf(path: string): Place[] {
  const places: Place[] = [];
  let next: string | undefined = resolve(path);
  for (let i = 0; next !== undefined && i < longestChain; i++) {
    const place: Place = placeOf(next);
    places.push(place);
    next = targetOf(place);
  }
  return places;
}

/** The last directory on the way that is there, and what comes next in it. */
function placeOf(path: string): Place {
  try {
    return { directory: realpathSync(dirname(path)), name: basename(path) };
  } catch {
    return dirname(path) === path ? { directory: path, name: basename(path) } : placeOf(dirname(path));
  }
}

function targetOf({ directory, name }: Place): string | undefined {
  try {
    return resolve(directory, readlinkSync(join(directory, name)));
  } catch {
    return undefined;
  }
}
