import { join } from 'node:path';
import type { OwnLines } from './line-plan.js';
import { readIfThere, replaceFile } from './rewrite.js';
import type { NamingDefaults } from './texts.js';

/** What we have written into a sandbox's files: a note beside them, which is there once the files are. */
export interface WrittenNote {
  /** The host's when the files were made: another process, which may have others, keeps them up to date. */
  readonly defaults: NamingDefaults;
  readonly hosts: WrittenLines;
  readonly resolvConf: WrittenLines;
}

export interface WrittenLines extends OwnLines {
  /** What is just being written in their place; there, if its writer was killed. */
  readonly next?: readonly string[];
}

const fileName = '.written';

/** The note of a sandbox's directory; nothing if its files are not there, or not all. Throws Node's errors. */
export function readNote(directory: string): WrittenNote | undefined {
  const text = readIfThere(join(directory, fileName));
  return text === undefined ? undefined : JSON.parse(text);
}

/** Writes the note, at once: nobody finds half of it. Throws Node's errors. */
export function writeNote(directory: string, note: WrittenNote): void {
  replaceFile(join(directory, fileName), JSON.stringify(note));
}
