import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { fromKernel, NetplumbError } from '../errors/index.js';

/** A file of records is named after the boot whose kernel objects they describe. */
const prefix = 'state-';

/** Makes the run directory if need be, and returns its path without symbolic links. Throws the kernel's refusal. */
export function prepareDirectory(runDir: string): string {
  return refusable(runDir, () => {
    mkdirSync(runDir, { recursive: true, mode: 0o700 });
    return realpathSync(runDir);
  });
}

/**
 * The file of this boot's records. Those of earlier boots are removed unread: what they describe is gone, and since nothing
 * is ever synced to a disk they may be torn.
 */
export function currentFile(directory: string): string {
  return refusable(directory, () => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const current = `${prefix}${boot}.mdb`;
    for (const name of readdirSync(directory)) {
      if (name.startsWith(prefix) && !name.startsWith(current)) {
        rmSync(join(directory, name), { force: true });
      }
    }
    return join(directory, current);
  });
}

/** Where the magic number stands in each of the first two pages (mdb.c: PAGEHDRSZ, MDB_meta), and the number itself. */
const magicOffset = 24;
const magic = 0xbeefc0de;
/** Where the first of the two has the size of all pages. */
const pageSizeOffset = 48;

/**
 * What is wrong with a file of records; nothing when it can be opened or does not exist. Only its beginning is looked at: the
 * library ends the process when that is not what it has written.
 */
export function problemOf(path: string): string | undefined {
  const head = readHead(path);
  if (head === undefined || head.size === 0) {
    return undefined;
  }
  const { bytes } = head;
  const pageSize = bytes.length >= pageSizeOffset + 4 ? bytes.readUInt32LE(pageSizeOffset) : 0;
  const isWhole = pageSize > 0 && head.size >= 2 * pageSize && bytes.length >= pageSize + magicOffset + 4;
  if (!isWhole || [0, pageSize].some((page) => bytes.readUInt32LE(page + magicOffset) !== magic)) {
    return 'its file is none of LMDB, or was cut short';
  }
  return undefined;
}

/** Enough of the file to hold two pages of the largest size there is, and how much there is in all. */
function readHead(path: string): { bytes: Buffer; size: number } | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw refusal(path, error);
  }
  try {
    const bytes = Buffer.alloc(2 * 0x8000);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return { bytes: bytes.subarray(0, length), size: fstatSync(file).size };
  } catch (error) {
    throw refusal(path, error);
  } finally {
    closeSync(file);
  }
}

/** Runs `work`; what the kernel refuses it is thrown as an error of ours, about `object`. */
export function refusable<Result>(object: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw refusal(object, error);
  }
}

/** Node's error as one of ours; anything else as it is. */
function refusal(object: string, error: unknown): unknown {
  const { errno, syscall } = error as NodeJS.ErrnoException;
  return errno === undefined || error instanceof NetplumbError
    ? error
    : fromKernel({ errno, operation: syscall, object, cause: error });
}
