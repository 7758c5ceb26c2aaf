import type { PortRange } from '../address/index.js';
import type { Tables } from '../store/index.js';

/** The tables of the store that pools of ports are kept in: by `PortPool.key`. */
export type PoolTables = Pick<Tables, 'released' | 'cursors'>;

/** What is to become of a port whose turn it is. */
export type Verdict =
  /** It is given out. */
  | 'free'
  /** Somebody has it, who gives it back one day (`giveBack`). */
  | 'claimed'
  /** It cannot be had at the moment. */
  | 'refused';

/**
 * Ports of a range in the order in which they are given out: first each in turn, then the one that was given back longest ago, so
 * that a port rests as long as possible before it leads to somebody else. What it costs depends neither on the range's size nor on
 * how much of it is taken. Nothing is written before `write`.
 */
export class PortPool {
  readonly key: string;
  readonly #tables: PoolTables;
  readonly #range: PortRange;
  /** How many of the range have had their turn. */
  #next: number;
  /** Places in the queue: of the first, and behind the last. */
  #head: number;
  #tail: number;
  /** Where the queue began and ended when it was read. */
  readonly #oldHead: number;
  readonly #oldTail: number;
  readonly #added: number[] = [];

  constructor(tables: PoolTables, key: string, range: PortRange) {
    const { next = 0, head = 0, tail = 0 } = tables.cursors.get(key) ?? {};
    this.key = key;
    this.#tables = tables;
    this.#range = range;
    [this.#next, this.#head, this.#tail] = [next, head, tail];
    [this.#oldHead, this.#oldTail] = [head, tail];
  }

  /** The next port that `judge` finds free; nothing if there is none. */
  take(judge: (port: number) => Verdict): number | undefined {
    const { first, last } = this.#range;
    while (first + this.#next <= last) {
      const port = first + this.#next++;
      if (this.#isTaken(port, judge)) {
        return port;
      }
    }
    for (let left = this.#tail - this.#head; left > 0; left--) {
      const port = this.#dequeue();
      if (port !== undefined && this.#isTaken(port, judge)) {
        return port;
      }
    }
    return undefined;
  }

  /** In a transaction. */
  write(): void {
    const { released, cursors } = this.#tables;
    for (let place = this.#oldHead; place < Math.min(this.#head, this.#oldTail); place++) {
      released.removeSync([this.key, place]);
    }
    for (let place = Math.max(this.#head, this.#oldTail); place < this.#tail; place++) {
      released.putSync([this.key, place], this.#added[place - this.#oldTail] as number);
    }
    cursors.putSync(this.key, { next: this.#next, head: this.#head, tail: this.#tail });
  }

  #isTaken(port: number, judge: (port: number) => Verdict): boolean {
    const verdict = judge(port);
    if (verdict === 'refused') {
      this.#added.push(port);
      this.#tail += 1;
    }
    return verdict === 'free';
  }

  #dequeue(): number | undefined {
    const place = this.#head++;
    return place < this.#oldTail
      ? (this.#tables.released.get([this.key, place]) as number | undefined)
      : this.#added[place - this.#oldTail];
  }
}

/** Puts a port back into a pool that has given it out, or passed it over because somebody had it. In a transaction. */
export function giveBack({ released, cursors }: PoolTables, key: string, port: number): void {
  const { next = 0, head = 0, tail = 0 } = cursors.get(key) ?? {};
  released.putSync([key, tail], port);
  cursors.putSync(key, { next, head, tail: tail + 1 });
}
