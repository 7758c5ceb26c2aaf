/**
 * The shape that every benchmark here has, so that it can be run by itself and as part of the board (`npm run bench`). A module
 * benchmarks/NAME.ts exports
 *
 *     export const options = { count: { usual: 1000, quick: 50, most: 1000 } } satisfies OptionTable;
 *     export async function measure({ count }: OptionValues<typeof options>): Promise<Report> { … }
 *     await printWhenMain(import.meta.url, options, measure);
 *
 * and is then a program: `NAME.ts [--count=N] [--quick] [--json]`. What it says on stdout is the report, and nothing else.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Environment, environment } from './environment.js';
import { reportText } from './report-text.js';

/** One figure. */
export interface Row {
  readonly label: string;
  readonly value: number;
  /** 'µs', 'ms', 's', 'B', 'KiB', 'MiB', '/s', '%'; '×' for a ratio; '' for a number of things. */
  readonly unit: string;
  /** Rows with the same labels and different groups are shown as the columns of one table. */
  readonly group?: string;
  /** A ratio's other side: "the floor", "its first tenth". */
  readonly of?: string;
  /** What is promised: the value is at most this… */
  readonly limit?: number;
  /** …or at least this. */
  readonly least?: number;
}

/** A line of a chart: [x, y], by rising x; of one point, a dot. Colours go by the place in the list, with and without points. */
export interface Series {
  readonly label: string;
  readonly points: readonly (readonly [number, number])[];
  /** Drawn so that it stands out. */
  readonly strong?: boolean;
}

export interface Axis {
  readonly label: string;
  readonly scale: 'linear' | 'log';
}

/** Becomes docs/charts/REPORT-NAME.svg. */
export interface Chart {
  /** Of small letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

export interface Report {
  /** The module's name: small letters, digits, hyphens. */
  readonly name: string;
  /** One line that says what was done and how often. */
  readonly title: string;
  readonly rows: readonly Row[];
  readonly charts?: readonly Chart[];
  /** What the figures do not say: "npm netlink: not installed". */
  readonly notes?: readonly string[];
  /** Drawn in characters, for a terminal. */
  readonly picture?: string;
  /** Everything else that is worth keeping in the JSON document. */
  readonly details?: unknown;
}

/** What a benchmark prints with `--json`. */
export interface PrintedReport extends Report {
  readonly options: Readonly<Record<string, number>>;
  readonly quick: boolean;
  readonly environment: Environment;
}

/** A whole number that the command line takes. */
export interface Option {
  /** Without the option. */
  readonly usual: number;
  /** Without the option, with `--quick`: the whole thing in a few seconds, for figures that mean nothing. */
  readonly quick: number;
  /** 1 unless told. */
  readonly least?: number;
  readonly most: number;
}

export type OptionTable = Readonly<Record<string, Option>>;
export type OptionValues<Table extends OptionTable> = { readonly [Name in keyof Table]: number };

/**
 * Does nothing unless the module at `url` is the program that runs; then reads the command line, measures and prints. Ends the
 * process with 2 when the command line is wrong, and with 1 when a row is beyond what is promised and `--check` is given.
 */
export async function printWhenMain<Table extends OptionTable>(
  url: string,
  table: Table,
  measure: (values: OptionValues<Table>) => Promise<Report>,
): Promise<void> {
  if (process.argv[1] === undefined || realpathSync(process.argv[1]) !== fileURLToPath(url)) {
    return;
  }
  const { values, quick, json, check } = readCommandLine(table);
  // First: the load is that before the benchmark.
  const where = environment();
  const report = await measure(values);
  const printed: PrintedReport = { ...report, options: values, quick, environment: where };
  console.log(json ? JSON.stringify(printed, null, 2) : reportText(report));
  if (check && report.rows.some(isBeyond)) {
    process.exitCode = 1;
  }
}

/** Whether a figure breaks what is promised of it. */
export function isBeyond({ value, limit = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY }: Row): boolean {
  return !(value <= limit && value >= least);
}

/** The values of `table`'s options in `args`. Throws RangeError with a sentence for the user. */
export function parseOptions<Table extends OptionTable>(table: Table, args: readonly string[]) {
  const flags = { quick: { type: 'boolean' }, json: { type: 'boolean' }, check: { type: 'boolean' } } as const;
  const numbers = Object.fromEntries(Object.keys(table).map((name) => [name, { type: 'string' } as const]));
  const { values: given } = parseArgs({ args: [...args], options: { ...numbers, ...flags } });
  const texts = given as Readonly<Record<string, string | boolean | undefined>>;
  const quick = texts.quick === true;
  const entries = Object.entries(table).map(([name, option]) => {
    const { least = 1, most } = option;
    const text = texts[name];
    const value = text === undefined ? option[quick ? 'quick' : 'usual'] : Number(text);
    if (text === '' || !Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`--${name} takes a number from ${least} to ${most}, not '${text ?? value}'`);
    }
    return [name, value] as const;
  });
  const values = Object.fromEntries(entries) as OptionValues<Table>;
  return { values, quick, json: texts.json === true, check: texts.check === true };
}

function readCommandLine<Table extends OptionTable>(table: Table) {
  try {
    return parseOptions(table, process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
