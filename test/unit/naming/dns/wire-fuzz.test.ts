import { decode } from 'dns-packet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Verdict } from '../../../../src/naming/dns/respond.js';
import { edns, query, smallTown } from './town.js';

/** What clients send, more or less. */
const seeds = fc.constantFrom(
  query('db'),
  query('db.web', 'AAAA', edns(1232)),
  query('2.0.1.10.in-addr.arpa', 'PTR'),
  query('example.com', 'TXT', edns(512, { options: [{ code: 10, data: Buffer.alloc(8) }] as never[] })),
  query('app', 'ANY', { ...edns(4096, { ednsVersion: 1 }), flags: 0xffff }),
);

/** Bytes altered, cut out and put in. */
const mutated = fc
  .tuple(seeds, fc.array(fc.tuple(fc.nat(100), fc.nat(255), fc.constantFrom('set', 'cut', 'add')), { maxLength: 6 }))
  .map(([seed, changes]) => {
    const bytes = [...seed];
    for (const [at, byte, change] of changes) {
      bytes.splice(at % (bytes.length + 1), change === 'add' ? 0 : 1, ...(change === 'cut' ? [] : [byte]));
    }
    return Buffer.from(bytes);
  });

/** A header that asks to be believed, and anything behind it; pointers are more frequent than by chance. */
const plausible = fc
  .tuple(fc.nat(2), fc.nat(2), fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 12, 41, 0xc0)), { maxLength: 300 }))
  .map(([questions, additionals, rest]) =>
    Buffer.from([0, 7, 1, 0, 0, questions, 0, 0, 0, 0, 0, additionals, ...rest]),
  );

const bytes = fc.oneof(mutated, plausible, fc.uint8Array({ maxLength: 600 }));

/** What holds of whatever is said to whatever packet. */
function check(packet: Uint8Array, verdict: Verdict): void {
  const isAnswer = ((packet[2] ?? 0) & 0x80) !== 0;
  expect(verdict.kind === 'drop').toBe(packet.length < 12 || isAnswer);
  if (verdict.kind === 'drop') {
    return;
  }
  const reply = Buffer.from(verdict.kind === 'answer' ? verdict.packet : verdict.fallback);
  expect([reply[0], reply[1]]).toEqual([packet[0], packet[1]]);
  expect(reply.length).toBeLessThanOrEqual(1232);
  const { flag_qr, questions = [] } = decode(reply);
  expect(flag_qr).toBe(true);
  // The question comes back byte by byte, or not at all.
  expect(questions.length).toBeLessThanOrEqual(1);
  const end = questions.length === 0 ? 12 : endOfQuestion(reply);
  expect(reply.subarray(12, end)).toEqual(Buffer.from(packet).subarray(12, end));
}

function endOfQuestion(packet: Buffer): number {
  let at = 12;
  for (; packet[at] !== 0; at += 1 + (packet[at] ?? 0)) {}
  return at + 5;
}

test('whatever a sandbox sends, it is answered by a packet that can be read, or has sent no query', () => {
  const { town, app } = smallTown();
  fc.assert(
    fc.property(bytes, fc.constantFrom('udp', 'tcp'), (packet, transport) => {
      const verdict = town.verdict(app, packet, transport);
      check(packet, verdict);
      // Twice the same, whatever was kept of it.
      expect(town.verdict(app, packet, transport)).toEqual(verdict);
    }),
    { numRuns: 5000 },
  );
});

test('names that refer to each other without end cost next to nothing', () => {
  const { town, app } = smallTown();
  // Each pointer to the one before: 32 thousand steps for each name that begins at the last one.
  const chain = Array.from({ length: 32_000 }, (_, i) =>
    i === 0 ? [0, 0] : [0xc0 | ((12 + 2 * i) >> 8), 2 * i],
  ).flat();
  for (const additionals of [1, 2, 3, 0xffff]) {
    const packet = Buffer.concat([query('db'), Buffer.from(chain)]);
    packet.writeUInt16BE(additionals, 10);
    check(packet, town.verdict(app, packet, 'udp'));
    check(packet, town.verdict(app, packet, 'tcp'));
  }
  const records = Buffer.concat([query('db'), ...Array(6000).fill(Buffer.from('c00c00010001000000000000', 'hex'))]);
  for (const at of [6, 8, 10]) {
    const packet = Buffer.from(records.subarray(0, 65535));
    packet.writeUInt16BE(6000, at);
    check(packet, town.verdict(app, packet, 'tcp'));
  }
});
