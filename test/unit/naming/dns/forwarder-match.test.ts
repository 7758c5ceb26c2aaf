import { decode, encode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAnswerTo, rcodeOf, withId } from '../../../../src/naming/dns/forwarder-match.js';

const labels = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
const names = fc.array(labels, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
const queries = fc.record({ id: fc.nat(65_535), name: names, type: fc.constantFrom('A', 'AAAA', 'TXT', 'PTR') });

type Asked = typeof queries extends fc.Arbitrary<infer Value> ? Value : never;

function queryOf({ id, name, type }: Asked): Buffer {
  return encode({ type: 'query', id, flags: 0x100, questions: [{ name, type: type as 'A' }] });
}

function answerOf({ id, name, type }: Asked): Buffer {
  const answers = [{ type: 'TXT' as const, name, data: 'anything' }];
  return encode({ type: 'response', id, questions: [{ name, type: type as 'A' }], answers });
}

describe('an answer', () => {
  test('has the number and the question, in letters of any case', () => {
    fc.assert(
      fc.property(queries, (asked) => {
        const answer = answerOf(asked);
        expect(isAnswerTo(answer, queryOf(asked))).toBe(true);
        expect(isAnswerTo(answer, queryOf({ ...asked, name: asked.name.toUpperCase() }))).toBe(true);
        expect(isAnswerTo(answerOf({ ...asked, name: asked.name.toUpperCase() }), queryOf(asked))).toBe(true);
      }),
    );
  });

  test('is no other', () => {
    fc.assert(
      fc.property(queries, queries, (asked, other) => {
        fc.pre(asked.id !== other.id || asked.name !== other.name || asked.type !== other.type);
        expect(isAnswerTo(answerOf(other), queryOf(asked))).toBe(false);
      }),
    );
  });

  test('is no question, and none of whatever else may come', () => {
    fc.assert(
      fc.property(queries, fc.uint8Array({ maxLength: 100 }), fc.nat(100), (asked, noise, length) => {
        const query = queryOf(asked);
        expect(isAnswerTo(query, query)).toBe(false);
        expect(isAnswerTo(Buffer.from(noise), query)).toBe(false);
        expect(isAnswerTo(answerOf(asked).subarray(0, Math.min(length, query.length - 1)), query)).toBe(false);
        // What was never a query has no answer either; nothing is read beyond its end.
        expect(typeof isAnswerTo(answerOf(asked), Buffer.from(noise))).toBe('boolean');
      }),
    );
  });
});

test('another number changes nothing else, nor the message that it was', () => {
  fc.assert(
    fc.property(queries, fc.nat(65_535), (asked, id) => {
      const query = queryOf(asked);
      const before = Buffer.from(query);
      expect(decode(withId(query, id))).toEqual({ ...decode(query), id });
      expect(query.equals(before)).toBe(true);
    }),
  );
});

test.each([0, 2, 3, 5])('the code %d is found in the header', (code) => {
  expect(rcodeOf(encode({ type: 'response', id: 1, flags: 0x180 | code, questions: [] }))).toBe(code);
});
