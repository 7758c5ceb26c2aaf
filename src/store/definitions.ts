import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { shortId } from '../address/index.js';
import { ifThere, newError, refusable } from '../errors/index.js';
import { readDefinition } from './check-definition.js';
import { isDead, newOwner, nobody, type Owner } from './owner.js';
import type { NetworkRecord } from './records.js';

/** Of the files' content. Raised whenever an older netplumb could not read them. */
const format = 1;

/** Far more than any network needs; what is larger is somebody else's. */
const maxSize = 1 << 20;

/** A network's file, by its id. */
const fileName = /^([0-9a-f]{64})\.json$/;
/** One that is being written: the file's name and its writer. */
const unfinishedName = /^\.[0-9a-f]{64}\.json\.(?<writer>[\w:]+)$/;

/**
 * The networks that outlive a reboot: one file each, `networks/ID.json` in a directory that is made when the first network
 * is. What is saved or removed is on the disk when the call returns, and a file is always whole: the old or the new one.
 * Two processes must not save or remove the same network at once.
 */
export class Definitions {
  readonly #directory: string;

  constructor(stateDir: string) {
    this.#directory = join(stateDir, 'networks');
  }

  /** Throws the kernel's refusals; the network's earlier definition is then still there. */
  save(record: NetworkRecord): void {
    const path = this.pathOf(record.id);
    const unfinished = join(this.#directory, `.${record.id}.json.${newOwner()}`);
    refusable(path, () => {
      makeDirectory(this.#directory);
      try {
        writeDurably(unfinished, `${JSON.stringify({ format, ...record }, null, 2)}\n`);
        renameSync(unfinished, path);
      } catch (error) {
        rmSync(unfinished, { force: true });
        throw error;
      }
      sync(this.#directory);
    });
  }

  /** Whether there was one. Throws the kernel's refusals. */
  remove(id: string): boolean {
    const path = this.pathOf(id);
    return refusable(path, () => {
      const isRemoved = ifThere(() => {
        unlinkSync(path);
        return true;
      });
      if (isRemoved) {
        sync(this.#directory);
      }
      return isRemoved ?? false;
    });
  }

  /** Of the network's file. */
  pathOf(id: string): string {
    return join(this.#directory, `${id}.json`);
  }

  /** Whether there is a file of that network, whatever is in it. */
  has(id: string): boolean {
    return existsSync(this.pathOf(id));
  }

  /** Removes what writers that have died have left over. Throws the kernel's refusals. */
  removeUnfinished(): void {
    refusable(this.#directory, () => {
      const unfinished = namesIn(this.#directory).filter((name) => unfinishedName.test(name));
      for (const name of unfinished.filter((name) => isDead(writerOf(name)))) {
        rmSync(join(this.#directory, name), { force: true });
      }
    });
  }

  /**
   * Every network, oldest first, and what is wrong with the files that are none: ESTATECORRUPT, ESTATEVERSION or the
   * kernel's refusal, each naming its file, which stays where it is. Of two networks of one name the older counts. Throws
   * when the directory itself cannot be read.
   */
  load(): { networks: NetworkRecord[]; problems: Error[] } {
    const networks: NetworkRecord[] = [];
    const problems: Error[] = [];
    this.removeUnfinished();
    for (const name of this.#files()) {
      const path = join(this.#directory, name);
      try {
        networks.push(readNetwork(path, name));
      } catch (error) {
        problems.push(error as Error);
      }
    }
    networks.sort((one, other) => one.created - other.created || (one.id < other.id ? -1 : 1));
    const byName = new Map<string, NetworkRecord>();
    for (const network of networks) {
      const older = byName.get(network.name);
      if (older === undefined) {
        byName.set(network.name, network);
      } else {
        const reason = `its name is that of network ${shortId(older.id)}, which is older`;
        problems.push(damaged(this.pathOf(network.id), reason));
      }
    }
    return { networks: [...byName.values()], problems };
  }

  /** Every name in the directory except those of files that are being written. */
  #files(): string[] {
    const names = refusable(this.#directory, () => namesIn(this.#directory));
    return names.filter((name) => !unfinishedName.test(name)).sort();
  }
}

/** Throws ESTATECORRUPT, ESTATEVERSION, and the kernel's refusals. */
function readNetwork(path: string, name: string): NetworkRecord {
  const id = fileName.exec(name)?.[1];
  if (id === undefined) {
    throw damaged(path, 'it is not named after a network');
  }
  const { format: found, ...content } = readJson(path);
  if (typeof found !== 'number') {
    throw damaged(path, 'it has no format number');
  }
  if (found > format) {
    throw newError('ESTATEVERSION', { directory: path, found, known: format });
  }
  const network = readDefinition(content);
  if (typeof network === 'string') {
    throw damaged(path, network);
  }
  if (network.id !== id) {
    throw damaged(path, 'it is named after another network');
  }
  return network;
}

function readJson(path: string): Record<string, unknown> {
  const text = refusable(path, () => readText(path));
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, `it is not JSON: ${(cause as Error).message}`, cause);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw damaged(path, 'it is not a JSON object');
  }
  return { ...content };
}

function readText(path: string): string {
  // A pipe of that name must not hold us up.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) {
      throw damaged(path, 'it is not a file');
    }
    if (status.size > maxSize) {
      throw damaged(path, 'it is too large');
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function writerOf(unfinished: string): Owner {
  return unfinishedName.exec(unfinished)?.groups?.writer ?? nobody;
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(file, bytes, written);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a directory and those above it, such that all of them are there after a loss of power. */
function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  for (let made = path; first !== undefined && made.length >= first.length; made = dirname(made)) {
    sync(dirname(made));
  }
}

/** Writes a directory's entries to the disk. */
function sync(directory: string): void {
  const file = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function namesIn(directory: string): string[] {
  return ifThere(() => readdirSync(directory)) ?? [];
}

function damaged(path: string, reason: string, cause?: unknown): Error {
  return newError('ESTATECORRUPT', { directory: path, reason }, { cause });
}
