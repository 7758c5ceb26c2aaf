import type { Command } from 'commander';
import type { Interruption } from './interruption.js';
import type { Terminal } from './terminal.js';

/** A command as it was called. */
export interface Call {
  /** Operands. A variadic one has its words. */
  readonly operands: readonly (string | readonly string[])[];
  /** The command's own options and the global ones, by commander's names. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly terminal: Terminal;
  readonly interruption: Interruption;
}

/** One command: a module of commands/, loaded when it is called. */
export interface CommandModule {
  /** Says which operands and options there are, with help. */
  define(command: Command): void;
  /** Does it. Returns the exit status, or throws. */
  perform(call: Call): Promise<number>;
}

/** Examples for the end of a help text. */
export function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Throws these errors together, if there are any. */
export function throwAny(errors: readonly Error[]): void {
  const [first, ...others] = errors;
  if (first) {
    throw others.length === 0 ? first : new AggregateError(errors, first.message);
  }
}
