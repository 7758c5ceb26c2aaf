import type { Family } from '../../address/index.js';
import type { Element, Field } from '../element.js';
import { groupBy } from '../group.js';
import type { SetName } from '../nftables/sets.js';

type OfOneFamily<Name extends SetName> = Name extends `${infer Kind}4` ? Kind : never;

/** Sets that both families have, without their digit, and those that there are once. */
type Kind = OfOneFamily<SetName> | Exclude<SetName, `${string}${4 | 6}`>;

/**
 * What concerns one family of what nftables would find in its sets: iptables has none that every kernel knows, so that each member
 * becomes a rule. A member is the words of its key, then those of its value; of `closed` and `sealed` without the family.
 */
export interface Sets {
  readonly family: Family;
  readonly of: (kind: Kind) => readonly (readonly string[])[];
}

export function setsOf(elements: readonly Element[], family: Family): Sets {
  const own = elements.filter((element) => !fieldsOf(element).some((field) => isOfOther(field, family)));
  const sets = groupBy(own, ({ set }) => set);
  const members = (set: SetName) => sets.get(set)?.map(wordsOf);
  return { family, of: (kind) => members(kind as SetName) ?? members(`${kind}${family}` as SetName) ?? [] };
}

function fieldsOf({ key, value = [] }: Element): readonly Field[] {
  return [...key, ...value];
}

function isOfOther({ kind, value }: Field, family: Family): boolean {
  return kind === 'family' && value !== `ipv${family}`;
}

function wordsOf(element: Element): string[] {
  return fieldsOf(element).flatMap(({ kind, value }) => (kind === 'family' ? [] : [String(value)]));
}
