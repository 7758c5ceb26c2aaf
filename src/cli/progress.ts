/** Shows how far long work is, on one line of a terminal that is written again and again; nothing anywhere else. */
export class Progress implements Disposable {
  readonly #stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;
  #isShown = false;

  constructor(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>) {
    this.#stream = stream;
  }

  /** `text`: one line of our own words. */
  show(text: string): void {
    if (this.#stream.isTTY) {
      this.#stream.write(`${eraseLine}${text}`);
      this.#isShown = true;
    }
  }

  /** Leaves the line as it was before. */
  [Symbol.dispose](): void {
    if (this.#isShown) {
      this.#stream.write(eraseLine);
      this.#isShown = false;
    }
  }
}

/** Back to its beginning, and erase it (ECMA-48, EL). */
const eraseLine = '\r\u001b[2K';
