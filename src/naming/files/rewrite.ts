import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { ifThere } from '../../errors/index.js';
import { type LinePlan, linesOf, type OwnLines, planCleaning, planLines } from './line-plan.js';

/** What is in a mounted file is the sandbox's affair, too: one that is longer is none of ours any more. In bytes. */
const longestFile = 1024 * 1024;

/** Programs in the sandbox read them, whoever they are. */
const fileMode = 0o644;

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants;

/** Writes a file that is not there yet. Throws Node's errors. */
export function writeNew(path: string, text: string): void {
  write(path, text, O_EXCL);
}

/** Puts a file in the place of another one, if there is one, at once. Throws Node's errors. */
export function replaceFile(path: string, text: string): void {
  const next = `${path}.new`;
  write(next, text, O_TRUNC);
  renameSync(next, path);
}

/** A file's text; nothing if it is not there. Throws Node's errors. */
export function readIfThere(path: string): string | undefined {
  return ifThere(() => readFileSync(path, 'utf8'));
}

/** The lines of a text, as `linesIn` and `rewriteLines` have them. */
export function ownLines(text: string): string[] {
  return linesOf(Buffer.from(text).toString('latin1'));
}

/** The lines of a file, a byte a character; nothing for one that is too long to be ours. Throws Node's errors. */
export function linesIn(path: string): string[] | undefined {
  return withFile(path, O_RDONLY, (fd) => {
    const file = readAll(fd);
    return file === undefined ? undefined : linesOf(file);
  });
}

/**
 * Makes lines of a file others, where it is: see planLines. Two may not do so at once. Returns what is spent; nothing for a file that
 * is too long to be ours, which is left as it is. Throws Node's errors.
 */
export function rewriteLines(path: string, wanted: readonly string[], own: OwnLines): LinePlan['spent'] | undefined {
  return carryOut(path, (file) => planLines(file, wanted, own))?.spent;
}

/** Clears a file of what an earlier `rewriteLines` has left of lines: see planCleaning. Throws Node's errors. */
export function cleanLines(path: string, own: OwnLines): void {
  carryOut(path, (file) => ({ writes: planCleaning(file, own) }));
}

function carryOut<Plan extends Pick<LinePlan, 'writes'>>(path: string, plan: (file: string) => Plan): Plan | undefined {
  return withFile(path, O_RDWR, (fd) => {
    const file = readAll(fd);
    const made = file === undefined ? undefined : plan(file);
    for (const { offset, text } of made?.writes ?? []) {
      writeAll(fd, text, offset);
    }
    return made;
  });
}

function write(path: string, text: string, how: number): void {
  const fd = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW | how, fileMode);
  try {
    // Whatever the umask.
    fchmodSync(fd, fileMode);
    writeAll(fd, Buffer.from(text).toString('latin1'), 0);
  } finally {
    closeSync(fd);
  }
}

function withFile<Result>(path: string, flags: number, work: (fd: number) => Result): Result {
  const fd = openSync(path, flags | O_NOFOLLOW);
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}

function readAll(fd: number): string | undefined {
  const { size } = fstatSync(fd);
  if (size > longestFile) {
    return undefined;
  }
  const bytes = Buffer.alloc(size);
  let length = 0;
  for (let count = -1; count !== 0 && length < size; length += count) {
    count = readSync(fd, bytes, length, size - length, length);
  }
  return bytes.toString('latin1', 0, length);
}

function writeAll(fd: number, text: string, offset: number): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
  }
}
