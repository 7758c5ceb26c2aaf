import type { Node, NodeType } from 'jsonc-parser';
import { anyOverlaps, parseAnySubnet } from '../../address/index.js';
import { NetplumbError } from '../../errors/index.js';
// Not by way of index.js, which loads the engine too.
import { readOption } from '../../host/option-readers.js';
import type { Key } from './keys.js';
import { membersOf } from './members.js';
import type { Source } from './source.js';

const words: Readonly<Record<NodeType, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
  null: 'null',
  property: 'a member',
};

interface Pool {
  readonly base: string;
  readonly size: number;
}

/** Reads what one key has, as the library takes it. Throws EBADOPTION at the piece that is wrong. */
export class KeyReader {
  readonly #source: Source;
  readonly #name: string;
  readonly #key: Key;

  constructor(source: Source, name: string, key: Key) {
    this.#source = source;
    this.#name = name;
    this.#key = key;
  }

  read(node: Node): unknown {
    switch (this.#key.shape) {
      case 'strings':
        return this.#strings(node);
      case 'pools':
        return this.#pools(node);
      default:
        return this.#scalar(node, this.#key.shape);
    }
  }

  #scalar(node: Node, type: NodeType): unknown {
    this.#expect(node, type);
    this.#check(node, node.value);
    return node.value;
  }

  #strings(list: Node): string[] {
    const texts = this.#elements(list).map((element): string => {
      this.#expect(element, 'string');
      this.#check(element, [element.value]);
      return element.value;
    });
    // Each is good for itself; all of them may be too many.
    this.#check(list, texts);
    return texts;
  }

  #pools(list: Node): Pool[] {
    const pools: Pool[] = [];
    const bases = this.#elements(list).map((entry) => {
      const { base, size } = this.#partsOf(entry);
      const pool = { base: base.value, size: size.value };
      this.#check(this.#isBad([{ ...pool, size: prefixOf(pool.base) }]) ? base : size, [pool]);
      pools.push(pool);
      return base;
    });
    if (this.#isBad(pools)) {
      // Each is good for itself, so one overlaps another.
      const subnets = pools.map(({ base }) => parseAnySubnet(base));
      const second = subnets.findIndex((subnet, i) => subnets.slice(0, i).some((other) => anyOverlaps(subnet, other)));
      this.#check(bases[second] ?? list, pools);
    }
    return pools;
  }

  #partsOf(entry: Node): { base: Node; size: Node } {
    this.#expect(entry, 'object');
    const parts = new Map(membersOf(this.#source, entry, ['base', 'size']).map(({ name, value }) => [name, value]));
    const base = parts.get('base');
    const size = parts.get('size');
    if (!base || !size) {
      const missing = base ? 'size' : 'base';
      throw this.#source.problem(entry.offset, `key "${this.#name}": the pool has no "${missing}"`);
    }
    this.#expect(base, 'string');
    this.#expect(size, 'number');
    return { base, size };
  }

  #elements(list: Node): readonly Node[] {
    this.#expect(list, 'array');
    return list.children ?? [];
  }

  #expect(node: Node, type: NodeType): void {
    if (node.type !== type) {
      const reason = `key "${this.#name}" must be ${words[type]}, not ${words[node.type]}`;
      throw this.#source.problem(node.offset, reason);
    }
  }

  #isBad(value: unknown): boolean {
    return this.#problemOf(value) !== undefined;
  }

  #check(node: Node, value: unknown): void {
    const problem = this.#problemOf(value);
    if (problem) {
      // Those of other codes do not know whose value it is.
      const reason = problem.code === 'EBADOPTION' ? problem.message : `key "${this.#name}": ${problem.message}`;
      const { hint } = problem;
      throw this.#source.problem(node.offset, reason, { cause: problem, ...(hint !== undefined && { hint }) });
    }
  }

  #problemOf(value: unknown): NetplumbError | undefined {
    try {
      readOption(this.#key.option, value, this.#name);
      return undefined;
    } catch (error) {
      if (error instanceof NetplumbError) {
        return error;
      }
      throw error;
    }
  }
}

/** The prefix length of NETWORK/PREFIX: as the size of a pool it is good, or the pool's base is not. */
function prefixOf(base: string): number {
  return Number(base.split('/')[1]);
}
