import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, ifThere } from '../../errors/index.js';
import { type OwnLines, spentLine } from './line-plan.js';
import { readNote, type WrittenLines, type WrittenNote, writeNote } from './note.js';
import { cleanLines, linesIn, ownLines, rewriteLines, writeNew } from './rewrite.js';
import type { FileTexts, NamingDefaults } from './texts.js';

/** Programs in the sandbox get through it, where somebody mounts all of it. */
const directoryMode = 0o755;

/**
 * Makes a sandbox's directory with its files, the note last, so that others leave it alone before. Throws Node's errors: EEXIST if the
 * directory is there, whole or not.
 */
export function makeFiles(directory: string, texts: FileTexts, defaults: NamingDefaults): void {
  makeDirectory(directory);
  writeNew(join(directory, 'hostname'), texts.hostname);
  writeNew(join(directory, 'hosts'), texts.hosts);
  writeNew(join(directory, 'resolv.conf'), texts.resolvConf);
  const written = (text: string) => ({ lines: ownLines(text), spent: [] });
  writeNote(directory, { defaults, hosts: written(texts.hosts), resolvConf: written(texts.resolvConf) });
}

/** With those above it, whatever the umask. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: directoryMode });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      throw error;
    }
    mkdirSync(dirname(path), { recursive: true, mode: directoryMode });
    mkdirSync(path, { mode: directoryMode });
  }
  chmodSync(path, directoryMode);
}

/** Whether files say what they are to say, as far as their note tells. */
export function isCurrent(note: WrittenNote, texts: FileTexts): boolean {
  return isWritten(note.hosts, ownLines(texts.hosts)) && isWritten(note.resolvConf, ownLines(texts.resolvConf));
}

/** Makes the files say something else. Nobody else may be at work there. Throws Node's errors. */
export function updateFiles(directory: string, note: WrittenNote, texts: FileTexts): boolean {
  const resolvConf = join(directory, 'resolv.conf');
  const wanted = { hosts: ownLines(texts.hosts), resolvConf: ownLines(texts.resolvConf) };
  const isStale = !isWritten(note.resolvConf, wanted.resolvConf) && !isEdited(linesIn(resolvConf), note.resolvConf);
  const files = [
    ...(isWritten(note.hosts, wanted.hosts) ? [] : (['hosts'] as const)),
    ...(isStale ? (['resolvConf'] as const) : []),
  ];
  if (files.length === 0) {
    return false;
  }
  let current: WrittenNote = note;
  for (const file of files) {
    const path = file === 'hosts' ? join(directory, 'hosts') : resolvConf;
    const before = note[file];
    const next = wanted[file];
    // Before anything is written: whoever finds the file after a kill must know our lines from others.
    current = { ...current, [file]: { ...before, next: [...(before.next ?? []), ...next] } };
    writeNote(directory, current);
    current = { ...current, [file]: { lines: next, spent: rewriteLines(path, next, ownIn(before)) ?? [] } };
  }
  writeNote(directory, current);
  return true;
}

/** Clears files of what is left of lines that are gone. Nobody else may be at work there. Throws Node's errors. */
export function cleanFiles(directory: string): void {
  const note = readNote(directory);
  if (note) {
    cleanLines(join(directory, 'hosts'), note.hosts);
    cleanLines(join(directory, 'resolv.conf'), note.resolvConf);
  }
}

/** Removes a sandbox's directory; one that is gone counts as removed. Throws Node's errors. */
export function removeFiles(directory: string): void {
  // Somebody who brings them up to date may be putting a note there.
  rmSync(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 1 });
}

/** Names in a directory; none if it is not there. Throws Node's errors. */
export function namesIn(directory: string): string[] {
  return ifThere(() => readdirSync(directory)) ?? [];
}

/** What of a file is ours. After a kill that may be any of it, and any of it may have become a comment. */
function ownIn({ lines, spent, next }: WrittenLines): OwnLines {
  if (!next) {
    return { lines, spent };
  }
  const all = [...lines, ...next];
  return { lines: all, spent: [...spent, ...all.map(spentLine)] };
}

/**
 * Whether somebody else has changed a file: lines were added to ours or taken out. Comments say nothing to programs. One that is
 * too long was changed by others.
 */
function isEdited(found: readonly string[] | undefined, { lines, next }: WrittenLines): boolean {
  const said = (all: readonly string[]) => all.filter((line) => !line.startsWith('#'));
  const known = new Set([...lines, ...(next ?? [])]);
  const there = new Set(found);
  return (
    !found || !said(found).every((line) => known.has(line)) || (!next && !said(lines).every((line) => there.has(line)))
  );
}

function isWritten({ lines, next }: WrittenLines, wanted: readonly string[]): boolean {
  return !next && lines.length === wanted.length && lines.every((line, i) => line === wanted[i]);
}
