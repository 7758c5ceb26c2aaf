import fc from 'fast-check';

/** What a disk or a program gone wrong writes in. */
const block = 512;

/** Damaged copies of a file, by what was done to it; the same ones each time. */
export function* damages(whole: Buffer, kind: string): Generator<[string, Buffer]> {
  const random = noise(whole.length + 3 * block);
  switch (kind) {
    case 'cut':
      for (let size = 0; size < whole.length; size += block) {
        yield [`cut at ${size}`, Buffer.from(whole.subarray(0, size))];
      }
      return;
    case 'noise':
    case 'zeros': {
      const source = kind === 'noise' ? random : Buffer.alloc(random.length);
      yield [`all ${kind}`, Buffer.from(source.subarray(0, whole.length))];
      for (let start = 0; start < whole.length; start += block) {
        const copy = Buffer.from(whole);
        source.copy(copy, start, start, Math.min(start + block, whole.length));
        yield [`${kind} from ${start}`, copy];
      }
      return;
    }
    case 'bytes':
      for (const [seed, [place, bytes, from]] of fc
        .sample(anyBytes(whole.length), { seed: 512, numRuns: 1000 })
        .entries()) {
        const copy = Buffer.from(whole);
        // What everything hangs on is hit as often as all of the rest.
        const start = seed % 2 === 0 ? ((place % (2 * 4096)) % 168) + (place % 2) * 4096 : place;
        random.copy(copy, start, from, from + bytes);
        yield [`${bytes} bytes at ${start}, number ${seed}`, copy];
      }
  }
}

const anyBytes = (size: number) => fc.tuple(fc.nat(size - 1), fc.integer({ min: 1, max: 12 }), fc.nat(size - 13));

/** Bytes that look random, but are the same each time (xorshift32). */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0, state = 0x2545f491; at < size; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}
