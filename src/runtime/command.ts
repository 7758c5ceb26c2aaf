import { newError } from '../errors/index.js';

/** A command as the kernel takes it. */
export interface Program {
  /** Paths to try in order. */
  readonly candidates: readonly string[];
  /** The first is the name that it was called by. */
  readonly arguments: readonly string[];
}

/** Where programs are looked for when there is no PATH (confstr(3), _CS_PATH). */
const defaultPath = '/bin:/usr/bin';

/** Reads a command and its arguments, to be found as execvp(3) does with this PATH. Throws EUSAGE, EBADOPTION. */
export function readCommand(command: readonly string[], path: string | undefined): Program {
  const [file] = command;
  if (file === undefined) {
    throw newError('EUSAGE', { problem: 'a command to run is missing' });
  }
  const unfit = command.find((argument) => argument.includes('\0'));
  if (unfit !== undefined) {
    throw newError('EBADOPTION', { option: 'COMMAND', value: unfit, reason: 'it contains a null character' });
  }
  return { candidates: candidatesFor(file, path ?? defaultPath), arguments: command };
}

function candidatesFor(file: string, path: string): string[] {
  if (file === '') {
    return [];
  }
  // An empty directory in PATH is the current one.
  return file.includes('/') ? [file] : path.split(':').map((directory) => `${directory || '.'}/${file}`);
}
