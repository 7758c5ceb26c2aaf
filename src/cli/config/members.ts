import type { Node } from 'jsonc-parser';
import { nearest } from '../../errors/index.js';
import type { Source } from './source.js';

/** One member of an object. */
export interface Member {
  readonly name: string;
  readonly value: Node;
}

/** An object's members, each of a known name and there once. Throws EBADOPTION at the first that is not. */
export function membersOf(source: Source, object: Node, known: readonly string[]): Member[] {
  const seen = new Set<string>();
  return (object.children ?? []).map((member) => {
    const [key, value] = member.children as [key: Node, value: Node];
    const name: string = key.value;
    if (!known.includes(name)) {
      const meant = nearest(name, known);
      const suggestion = meant === undefined ? '' : `; did you mean "${meant}"?`;
      const hint = `The keys are ${known.join(', ')}.`;
      throw source.problem(key.offset, `unknown key ${JSON.stringify(name)}${suggestion}`, { hint });
    }
    if (seen.has(name)) {
      throw source.problem(key.offset, `key "${name}" is there already`);
    }
    seen.add(name);
    return { name, value };
  });
}
