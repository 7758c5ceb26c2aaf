/**
 * What an allocator of addresses has to do, said in the plainest way: lists, searched from end to end. An address is in
 * one of four places: waiting for its turn, held, resting, or nowhere, if it never has a turn.
 */
export class LeaseModel {
  readonly held = new Map<string, string>();
  /** Never handed out in turn, in their order. */
  #waiting: string[];
  /** Given back, the longest ago first. */
  #resting: string[] = [];
  readonly #inTurn: ReadonlySet<string>;

  /** `inTurn` are those that are given out, in order; of the others each can still be asked for. */
  constructor(inTurn: readonly string[]) {
    this.#waiting = [...inTurn];
    this.#inTurn = new Set(inTurn);
  }

  next(sandbox: string): string | undefined {
    // One that was asked for before its turn has had it when that would have come.
    while (this.held.has(this.#waiting[0] ?? '')) {
      this.#waiting.shift();
    }
    const address = this.#waiting.shift() ?? this.#resting.shift();
    if (address !== undefined) {
      this.held.set(address, sandbox);
    }
    return address;
  }

  /** Whether it can be had. */
  exact(sandbox: string, address: string): boolean {
    if (this.held.has(address)) {
      return false;
    }
    this.#resting = this.#resting.filter((one) => one !== address);
    this.held.set(address, sandbox);
    return true;
  }

  release(sandbox: string, address: string): void {
    if (this.held.get(address) !== sandbox) {
      return;
    }
    this.held.delete(address);
    if (this.#inTurn.has(address) && !this.#waiting.includes(address)) {
      this.#resting.push(address);
    }
  }
}
