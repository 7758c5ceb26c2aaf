import { createHash } from 'node:crypto';
import { formatRule, type Rule } from './rule.js';

/** What one table of iptables has of ours. */
export interface Table {
  readonly name: 'raw' | 'mangle' | 'filter' | 'nat';
  /** Our own chains; their names come behind the prefix. */
  readonly chains: Readonly<Record<string, readonly Rule[]>>;
  /** Which chain of ours each of the kernel's leads to: the first thing that it does, unless others were there before us. */
  readonly jumps: Readonly<Record<string, string>>;
}

/** The chain of every table, led to by none, whose only rule says which text was loaded. */
const revision = 'REVISION';
const digestLength = 16;

/** The text for `iptables-restore --noflush`: our chains are emptied and filled in one go, others' stay as they are. */
export function formatTable({ name, chains, jumps }: Table, prefix: string): string {
  const rules = Object.entries(chains).flatMap(([chain, rules]) =>
    rules.map((rule) => `-A ${prefix}-${chain} ${formatRule(rule)}`),
  );
  const digest = createHash('sha256').update(rules.join('\n')).digest('hex').slice(0, digestLength);
  return [
    `*${name}`,
    ...[revision, ...Object.keys(chains)].map((chain) => `:${prefix}-${chain} - [0:0]`),
    ...Object.entries(jumps).map(([from, to]) => `-I ${from} -j ${prefix}-${to}`),
    `-A ${prefix}-${revision} -m comment --comment ${digest}`,
    ...rules,
    'COMMIT',
    '',
  ].join('\n');
}

/** Whether a rule of a text is the one that tells it from others. */
export function isMarker(rule: string): boolean {
  return rule.includes('-m comment');
}
