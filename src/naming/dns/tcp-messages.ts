/** Bytes of the length that comes before each message over TCP (RFC 1035, 4.2.2). */
const lengthSize = 2;
/** Each part costs some hundred bytes beside its own. */
const mostParts = 64;

/** Cuts what comes over a connection into messages. Holds at most what was added and not yet taken. */
export class TcpMessages {
  #parts: Buffer[] = [];
  #size = 0;

  add(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#parts.length === mostParts) {
      this.#joined();
    }
  }

  /** Whether `take` has something. */
  get hasComplete(): boolean {
    return this.#size >= lengthSize && this.#size >= lengthSize + this.#length();
  }

  /** The next message, if all of it is there. */
  take(): Buffer | undefined {
    if (!this.hasComplete) {
      return undefined;
    }
    const end = lengthSize + this.#length();
    const all = this.#joined();
    this.#parts = all.length > end ? [all.subarray(end)] : [];
    this.#size -= end;
    return all.subarray(lengthSize, end);
  }

  /** Of the next message. */
  #length(): number {
    const [first] = this.#parts;
    return first !== undefined && first.length >= lengthSize ? first.readUInt16BE() : this.#joined().readUInt16BE();
  }

  /** The parts become one. */
  #joined(): Buffer {
    const [first] = this.#parts;
    if (first !== undefined && this.#parts.length === 1) {
      return first;
    }
    const all = Buffer.concat(this.#parts);
    this.#parts = [all];
    return all;
  }
}

/** A message as it is sent over TCP. */
export function withLength(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(lengthSize + message.length);
  framed.writeUInt16BE(message.length);
  framed.set(message, lengthSize);
  return framed;
}
