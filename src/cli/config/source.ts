import { type NetplumbError, newError } from '../../errors/index.js';

interface Explanation {
  readonly cause?: unknown;
  readonly hint?: string;
}

/** The text of a configuration file, which knows where in it things are. */
export class Source {
  readonly path: string;
  readonly text: string;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** EBADOPTION for what stands at `offset` (in UTF-16 units): the file, and line and column, counted in characters from 1. */
  problem(offset: number, reason: string, details: Explanation = {}): NetplumbError {
    const lines = this.text.slice(0, offset).split('\n');
    const line = lines.length;
    const column = [...(lines.at(-1) ?? '')].length + 1;
    const object = `${this.path}:${line}:${column}`;
    const where = `line ${line}, column ${column}: ${reason}`;
    return newError('EBADOPTION', { option: 'config', value: this.path, reason: where }, { object, ...details });
  }
}
