import type { Family } from '../../address/index.js';
import type { Element } from '../element.js';
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
  const sets = new Map<SetName, string[][]>();
  for (const { set, key, value = [] } of elements) {
    const fields = [...key, ...value];
    const isOther = fields.some((field) => field.kind === 'family' && field.value !== `ipv${family}`);
    if (!isOther) {
      const words = fields.flatMap((field) => (field.kind === 'family' ? [] : [String(field.value)]));
      const members = sets.get(set);
      if (members) {
        members.push(words);
      } else {
        sets.set(set, [words]);
      }
    }
  }
  return { family, of: (kind) => sets.get(kind as SetName) ?? sets.get(`${kind}${family}` as SetName) ?? [] };
}
