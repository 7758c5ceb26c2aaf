import { restoreFailure } from './failure.js';
import type { Restore } from './restore.js';
import { isMarker } from './table.js';

/** A line of a rendered text that makes a chain of the kernel's lead to one of ours. */
export const jumpLine = /^-I (\S+) (-j \S+)$/gm;

const ruleLine = /^-A .*$/gm;
const chainLine = /^:(\S+) .*$/gm;

/** Bytes that are kept of what a program writes (native/process/captured_streams.h). */
const longestOutput = 2 ** 20;

/** The text without the lines that match. */
function without(text: string, line: RegExp): string {
  return text.replaceAll(new RegExp(`${line.source}\n`, line.flags), '');
}

/** The jumps of a text that are there already, as a listing writes them, each as often as it is there. */
export async function presentJumps(restore: Restore, text: string): Promise<string[]> {
  const question = without(without(text, ruleLine), chainLine).replaceAll(jumpLine, '-S $1');
  const outcome = await restore(question);
  if (outcome.code !== 0) {
    throw restoreFailure(question, outcome);
  }
  const wanted = new Set([...text.matchAll(jumpLine)].map(([, chain, target]) => `-A ${chain} ${target}`));
  return outcome.output.split('\n').filter((line) => wanted.has(line));
}

/**
 * Whether what is in force is what the text would bring about: the jumps are there, the last text that was loaded is this one, and
 * none of its rules is gone, nor is there another. How iptables writes a rule differs from version to version; the number of
 * rules in a chain does not. Of a table whose listing is longer than what is kept of it, only jumps and text are compared.
 */
export async function isInForce(restore: Restore, text: string): Promise<boolean> {
  const tables = text.split(/(?<=^COMMIT\n)/m);
  const found = await Promise.all(tables.map((table) => isTableInForce(restore, table)));
  return found.every((isIn) => isIn);
}

async function isTableInForce(restore: Restore, table: string): Promise<boolean> {
  const jumps = [...table.matchAll(jumpLine)].map(([, from, to]) => ({ from, rule: `-A ${from} ${to}` }));
  const chains = [...table.matchAll(chainLine)].map(([, chain = '']) => chain);
  const looks = [...jumps.map(({ from }) => from), ...chains].map((chain) => `-S ${chain}`);
  const { code, output } = await restore([table.split('\n', 1)[0], ...looks, 'COMMIT', ''].join('\n'));
  if (code !== 0) {
    return false;
  }
  const expected = rulesByChain(table);
  const found = rulesByChain(output);
  const required = [...jumps.map(({ rule }) => rule), ...[...expected.values()].flat().filter(isMarker)];
  const isCut = Buffer.byteLength(output) >= longestOutput;
  return (
    required.every((rule) => found.get(chainOf(rule))?.includes(rule)) &&
    (isCut || chains.every((chain) => found.get(chain)?.length === expected.get(chain)?.length))
  );
}

function rulesByChain(text: string): Map<string, string[]> {
  const chains = new Map<string, string[]>();
  for (const [rule] of text.matchAll(ruleLine)) {
    const chain = chainOf(rule);
    const rules = chains.get(chain);
    if (rules) {
      rules.push(rule);
    } else {
      chains.set(chain, [rule]);
    }
  }
  return chains;
}

function chainOf(rule: string): string {
  return rule.split(' ', 2)[1] ?? '';
}
