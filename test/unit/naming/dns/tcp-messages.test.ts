import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TcpMessages, withLength } from '../../../../src/naming/dns/tcp-messages.js';

/** Texts, and where the stream of them is cut into what arrives at a time. */
const streams = fc.record({
  texts: fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }),
  cuts: fc.array(fc.nat(3500), { maxLength: 200 }),
});

describe('messages over TCP', () => {
  test('are the same however they arrive', () => {
    fc.assert(
      fc.property(streams, ({ texts, cuts }) => {
        const stream = Buffer.concat(texts.map(withLength));
        const messages = new TcpMessages();
        const taken: Buffer[] = [];
        const places = [0, ...cuts.map((cut) => Math.min(cut, stream.length)).sort((a, b) => a - b), stream.length];
        for (const [i, place] of places.slice(1).entries()) {
          messages.add(stream.subarray(places[i], place));
          while (messages.hasComplete) {
            taken.push(messages.take() ?? Buffer.of());
          }
        }
        expect(messages.take()).toBeUndefined();
        expect(taken).toEqual(texts.map((text) => Buffer.from(text)));
      }),
    );
  });

  test('are taken when they are complete and not before', () => {
    const message = withLength(Buffer.alloc(65_535, 7));
    const messages = new TcpMessages();
    for (const byte of message.subarray(0, -1)) {
      messages.add(Buffer.of(byte));
    }
    expect(messages.hasComplete).toBe(false);
    expect(messages.take()).toBeUndefined();
    messages.add(message.subarray(-1));
    expect(messages.take()?.equals(message.subarray(2))).toBe(true);
    expect(messages.hasComplete).toBe(false);
  });
});
