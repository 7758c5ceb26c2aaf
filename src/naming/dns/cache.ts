/**
 * What was worked out before, for as long as it is true: of one version of what it was worked out from. Bounded; what has not been
 * asked for in a long time goes first.
 */
export class Cache<Value> {
  readonly #generationSize: number;
  #version: number | undefined;
  /** What is asked for moves from the old generation to the young; when that is full, the old one goes. */
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** `generationSize`: how many entries there are at least before one goes; there are at most twice as many. */
  constructor(generationSize = 8192) {
    this.#generationSize = generationSize;
  }

  /** Forgets everything that is of another version. Whether there is another. */
  expect(version: number): boolean {
    if (version === this.#version) {
      return false;
    }
    this.#version = version;
    this.#young.clear();
    this.#old.clear();
    return true;
  }

  get(key: string): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) {
      return value;
    }
    const earlier = this.#old.get(key);
    if (earlier !== undefined) {
      this.set(key, earlier);
    }
    return earlier;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
