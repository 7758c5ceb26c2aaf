import type { Command } from 'commander';
import type { Interruption } from './interruption.js';
import type { Terminal } from './terminal.js';

/** What an option was given: text, a list of texts if it can be repeated, or that it is there. */
export type OptionValue = string | readonly string[] | boolean | undefined;

/** A command as it was called. */
export interface Call {
  /** Operands. A variadic one has its words. */
  readonly operands: readonly (string | readonly string[])[];
  /** The command's own options and the global ones, by commander's names. */
  readonly options: Readonly<Record<string, OptionValue>>;
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

/** A command before it is called. */
export interface CommandEntry {
  readonly summary: string;
  /** Another word for it, Docker's as well. */
  readonly alias?: string;
  readonly load: () => Promise<CommandModule>;
}

/** Commands with a word in front: `network ls`. */
export interface CommandGroup {
  readonly summary: string;
  readonly commands: ReadonlyMap<string, CommandEntry>;
  readonly examples: readonly string[];
}

/** Examples for the end of a help text. */
export function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}

/** For commander: an option that can be repeated has a list of what it was given. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Throws these errors together, if there are any. */
export function throwAny(errors: readonly Error[]): void {
  const [first, ...others] = errors;
  if (first) {
    throw others.length === 0 ? first : new AggregateError(errors, first.message);
  }
}
