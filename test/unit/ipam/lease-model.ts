/**
 * What an allocator of addresses has to do, said in the plainest way: lists, searched from end to end. An address is in
 * one of three places: waiting for its turn, held, or resting.
 */
export class LeaseModel {
  readonly held = new Map<number, string>();
  /** Never handed out in turn, in their order. */
  #waiting: number[];
  /** Given back, the longest ago first. */
  #resting: number[] = [];

  constructor(usable: readonly number[]) {
    this.#waiting = [...usable];
  }

  next(sandbox: string): number | undefined {
    // One that was asked for before its turn has had it when that would have come.
    while (this.held.has(this.#waiting[0] ?? -1)) {
      this.#waiting.shift();
    }
    const address = this.#waiting.shift() ?? this.#resting.shift();
    if (address !== undefined) {
      this.held.set(address, sandbox);
    }
    return address;
  }

  /** Whether it can be had. */
  exact(sandbox: string, address: number): boolean {
    if (this.held.has(address)) {
      return false;
    }
    this.#resting = this.#resting.filter((one) => one !== address);
    this.held.set(address, sandbox);
    return true;
  }

  release(sandbox: string, address: number): void {
    if (this.held.get(address) !== sandbox) {
      return;
    }
    this.held.delete(address);
    if (!this.#waiting.includes(address)) {
      this.#resting.push(address);
    }
  }
}
