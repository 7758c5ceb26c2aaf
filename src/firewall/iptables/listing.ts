import { restoreFailure } from './failure.js';
import type { Restore } from './restore.js';

/** A line of a rendered text that makes a chain of the kernel's lead to one of ours. */
export const jumpLine = /^-I (\S+) (-j \S+)$/gm;

const ruleLine = /^-A .*$/gm;
const chainLine = /^:(\S+) .*$/gm;

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
 * rules in a chain does not.
 */
export async function isInForce(restore: Restore, text: string): Promise<boolean> {
  const { code, output } = await restore(
    without(text, ruleLine).replaceAll(chainLine, '-S $1').replaceAll(jumpLine, '-S $1'),
  );
  const chains = rulesByChain(output);
  const jumps = [...text.matchAll(jumpLine)];
  return (
    code === 0 &&
    jumps.every(([, chain = '', target]) => chains.get(chain)?.includes(`-A ${chain} ${target}`)) &&
    [...rulesByChain(text)].every(([chain, rules]) => isSame(rules, chains.get(chain) ?? []))
  );
}

function isSame(expected: readonly string[], found: readonly string[]): boolean {
  const isMarked = expected.every((rule) => !rule.includes('--comment') || found.includes(rule));
  return isMarked && expected.length === found.length;
}

function rulesByChain(text: string): Map<string, string[]> {
  const chains = new Map<string, string[]>();
  for (const [rule] of text.matchAll(ruleLine)) {
    const chain = rule.split(' ', 2)[1] ?? '';
    const rules = chains.get(chain);
    if (rules) {
      rules.push(rule);
    } else {
      chains.set(chain, [rule]);
    }
  }
  return chains;
}
