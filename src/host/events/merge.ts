/** What came of asking a source. */
type Outcome<Item> = { readonly result: IteratorResult<Item, undefined> } | { readonly reason: unknown };

/** One source: the element that it was last asked for, once it is there. */
class Lane<Item> {
  readonly #source: AsyncIterator<Item, undefined>;
  readonly #wake: () => void;
  #outcome: Outcome<Item> | undefined;
  isOver = false;

  constructor(source: AsyncIterator<Item, undefined>, wake: () => void) {
    this.#source = source;
    this.#wake = wake;
    this.#ask();
  }

  /** What has come, in an array; empty if nothing has yet. Throws what the source has thrown. */
  take(): Item[] {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    if (outcome === undefined) {
      return [];
    }
    if ('reason' in outcome) {
      throw outcome.reason;
    }
    if (outcome.result.done) {
      this.isOver = true;
      return [];
    }
    this.#ask();
    return [outcome.result.value];
  }

  #ask(): void {
    this.#source.next().then(
      (result) => this.#settle({ result }),
      (reason) => this.#settle({ reason }),
    );
  }

  #settle(outcome: Outcome<Item>): void {
    this.#outcome = outcome;
    this.#wake();
  }
}

/**
 * What several sources tell, as it comes, each source's in its order; of each at most one element is held. (Racing their
 * promises would keep all that has come for as long as one of them is silent.) Ends with the last, throws with the first that
 * does. Whoever stops reading must end the sources.
 */
export async function* merge<Item>(
  sources: readonly AsyncIterator<Item, undefined>[],
): AsyncGenerator<Item, undefined, undefined> {
  let wake = () => {};
  const lanes = sources.map((source) => new Lane(source, () => wake()));
  while (lanes.some(({ isOver }) => !isOver)) {
    // Before the lanes are looked at, so that nothing that comes meanwhile is slept through.
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let isIdle = true;
    for (const lane of lanes) {
      for (const item of lane.take()) {
        isIdle = false;
        yield item;
      }
    }
    if (isIdle && lanes.some(({ isOver }) => !isOver)) {
      await woken;
    }
  }
}
