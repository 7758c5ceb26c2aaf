import { type DecodedPacket, decode, encode } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { Answer, encodeResource, idOf, Rcode, type Reading, readQuery } from '../../../../src/naming/dns/wire.js';
import { edns, query } from './town.js';

function refusalOf(packet: Uint8Array): DecodedPacket & { rcode?: string; opcode?: string } {
  const reading = readQuery(packet, 'udp');
  if (reading.kind !== 'refused') {
    throw new Error(`not refused: ${reading.kind}`);
  }
  return decode(reading.packet);
}

function readable(reading: Reading) {
  if (reading.kind !== 'query') {
    throw new Error(`no query: ${reading.kind}`);
  }
  return reading.query;
}

/** A query with the bytes of its question replaced. */
const asking = (...bytes: number[]) => Buffer.concat([query('x').subarray(0, 12), Buffer.from(bytes)]);
const labels = (...sizes: number[]) => sizes.flatMap((size) => [size, ...Array<number>(size).fill(97)]);

describe('a query', () => {
  test('is its question and what its client takes', () => {
    const packet = query('DB.Web', 'AAAA', edns(1400, { flags: 0xffff, flag_do: true }));
    expect(readable(readQuery(packet, 'tcp'))).toEqual({
      head: packet.subarray(0, 12 + 8 + 4),
      question: { name: 'db.web', type: 28, class: 1, end: 24 },
      edns: { payload: 1400, flags: 0x8000 },
      transport: 'tcp',
    });
    expect(readable(readQuery(query('db'), 'udp')).edns).toBeUndefined();
    expect(idOf(packet)).toBe(0x1234);
  });

  test('may have options, a signature, and bytes behind', () => {
    const options = [{ code: 10, data: Buffer.from('12345678') }] as never[];
    expect(readQuery(query('db', 'A', edns(1232, { options })), 'udp').kind).toBe('query');
    const signature = { type: 'TSIG', name: 'key', class: 'ANY', ttl: 0, data: Buffer.alloc(20) } as const;
    const additionals = [...edns(1232).additionals, signature];
    expect(readQuery(query('db', 'A', { additionals }), 'udp').kind).toBe('query');
    expect(readQuery(Buffer.concat([query('db'), Buffer.alloc(3)]), 'udp').kind).toBe('query');
  });

  test('is read from any part of a larger buffer', () => {
    const large = new Uint8Array([9, 9, 9, ...query('db'), 9]);
    expect(readable(readQuery(large.subarray(3, -1), 'udp')).question.name).toBe('db');
  });

  test('may have a name as long as there are', () => {
    // Four labels with their lengths and the end: 255 bytes.
    const packet = asking(...labels(63, 63, 63, 61), 0, 0, 1, 0, 1);
    expect(readable(readQuery(packet, 'udp')).question.name).toHaveLength(253);
  });

  test.each<[string, Buffer]>([
    ['the root', asking(0, 0, 2, 0, 1)],
    ['a label with a dot inside', asking(5, ...Buffer.from('db.ab'), 0, 0, 1, 0, 1)],
    ['a label of bytes', asking(2, 0xff, 0, 0, 0, 1, 0, 1)],
    ['a label of another alphabet', asking(3, 0xe2, 0x84, 0xaa, 0, 0, 1, 0, 1)],
  ])('of %s has no name that a host can have', (_, packet) => {
    expect(readable(readQuery(packet, 'udp')).question.name).toBeUndefined();
  });
});

describe('what is no query', () => {
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['less than a header', query('db').subarray(0, 11)],
    ['an answer', encode({ type: 'response', id: 1, questions: [{ name: 'db', type: 'A' }] })],
    ['an answer to something unknown', Buffer.from('1234f80000000000000000000000', 'hex')],
  ])('gets no answer: %s', (_, packet) => {
    expect(readQuery(packet, 'udp')).toEqual({ kind: 'none' });
  });

  test.each<[string, Buffer]>([
    ['no question', encode({ type: 'query', id: 0x1234 })],
    ['two questions', query('db', 'A', { questions: Array(2).fill({ name: 'db', type: 'A' }) })],
    ['answers', query('db', 'A', { answers: [{ name: 'db', type: 'A', data: '10.1.0.2' }] })],
    ['authorities', query('db', 'A', { authorities: [{ name: 'db', type: 'A', data: '10.1.0.2' }] })],
    ['more records than a query needs', query('db', 'A', { additionals: Array(3).fill(edns(512).additionals[0]) })],
    ['a question that is cut', query('db').subarray(0, -1)],
    ['a name that is cut', query('database').subarray(0, 16)],
    ['a name without an end', asking(...labels(1, 1))],
    ['a name that is too long', asking(...labels(63, 63, 63, 62), 0, 0, 1, 0, 1)],
    ['a name that refers to itself', asking(0xc0, 12, 0, 1, 0, 1)],
    ['a name that refers to the header', asking(2, 97, 97, 0xc0, 4, 0, 1, 0, 1)],
    ['a name that refers to what is not there', asking(0xff, 0xff, 0, 1, 0, 1)],
    ['a label of a kind that there is not', asking(0x40, 97, 0, 0, 1, 0, 1)],
  ])('is told that it cannot be read, as far as a question of it: %s', (_, packet) => {
    const { id, rcode, questions, answers } = refusalOf(packet);
    expect({ id, rcode, questions, answers }).toEqual({ id: 0x1234, rcode: 'FORMERR', questions: [], answers: [] });
  });

  test.each<[string, Buffer]>([
    ['two OPT records', query('db', 'A', { additionals: Array(2).fill(edns(512).additionals[0]) })],
    ['an OPT record that is cut', query('db', 'A', edns(512)).subarray(0, -1)],
    ['fewer records than it says', query('db', 'A', edns(512)).subarray(0, -11)],
    [
      'an OPT record with a name',
      Buffer.concat([query('db', 'A', edns(512)).subarray(0, -11), Buffer.from('01610000290200000000000000', 'hex')]),
    ],
    [
      'records whose names refer to each other',
      Buffer.concat([query('db', 'A', edns(512)).subarray(0, -11), Buffer.from('c01400010001000000000000', 'hex')]),
    ],
  ])('is told that it cannot be read, with its question: %s', (_, packet) => {
    expect(refusalOf(packet)).toMatchObject({ id: 0x1234, rcode: 'FORMERR', questions: [{ name: 'db' }] });
  });

  test('other operations are not there', () => {
    for (const opcode of [1, 2, 4, 5, 15]) {
      const packet = query('db');
      packet.writeUInt16BE(opcode << 11, 2);
      const refused = refusalOf(packet);
      expect(refused).toMatchObject({ id: 0x1234, rcode: 'NOTIMP', questions: [] });
      expect(((refused.flags ?? 0) >> 11) & 0xf).toBe(opcode);
    }
  });

  test('other classes are refused', () => {
    const packet = query('version', 'TXT', { questions: [{ name: 'version.bind', type: 'TXT', class: 'CH' }] });
    expect(refusalOf(packet)).toMatchObject({ rcode: 'REFUSED', questions: [{ name: 'version.bind', class: 'CH' }] });
  });

  test('versions of EDNS that are not there yet are told which is (RFC 6891, section 6.1.3)', () => {
    const refused = refusalOf(query('db', 'A', edns(1232, { ednsVersion: 1 })));
    expect(refused.rcode).toBe('NOERROR');
    expect(refused.additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1, ednsVersion: 0 }]);
  });
});

describe('an answer', () => {
  const resources = [encodeResource('A', '10.1.0.2')];
  const answerTo = (packet: Buffer, ...rest: [Rcode, Buffer[]?, boolean?]) =>
    decode(new Answer(readable(readQuery(packet, 'udp')), ...rest).packet(0xabcd)) as DecodedPacket & { rcode: string };

  test('has the bytes that it should', () => {
    const answer = new Answer(readable(readQuery(query('db', 'A', edns(512)), 'udp')), Rcode.noError, resources, true);
    const fields = [
      ...['abcd', '8580', '0001', '0001', '0000', '0001'], // id; QR, AA, RD, RA; one question, answer, additional record
      ...['0264', '6200', '0001', '0001'], // db, A, IN
      ...['c00c', '0001', '0001', '00000000', '0004', '0a010002'], // the question's name, A, IN, for 0 seconds, 10.1.0.2
      ...['00', '0029', '04d0', '00000000', '0000'], // OPT: the root's, 1232 bytes
    ];
    expect(answer.packet(0xabcd).toString('hex')).toBe(fields.join(''));
  });

  test('repeats what the client wishes, and nothing else that it said', () => {
    const flags = (sent: number, ...rest: [Rcode, Buffer[]?, boolean?]) =>
      answerTo(query('db', 'A', { flags: sent }), ...rest).flags;
    // RD 0x100, CD 0x10; RA 0x80, AA 0x400.
    expect(flags(0, Rcode.noError)).toBe(0x80);
    expect(flags(0x7ff & ~0x10f, Rcode.nxDomain, [], true)).toBe(0x493);
    expect(flags(0x100, Rcode.servFail)).toBe(0x182);
  });

  test('tells who speaks EDNS that it does, too, with the same wish for signatures', () => {
    for (const flags of [0, 0x8000]) {
      const { additionals } = answerTo(query('db', 'A', edns(4096, { flags, flag_do: flags !== 0 })), Rcode.nxDomain);
      expect(additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232, ednsVersion: 0, flags }]);
    }
    expect(answerTo(query('db'), Rcode.nxDomain).additionals).toEqual([]);
  });

  test('of one question is not that of another that is still to be sent', () => {
    const answer = new Answer(readable(readQuery(query('db'), 'udp')), Rcode.noError, resources);
    const packets = [1, 0xffff].map((id) => answer.packet(id));
    expect(packets.map(idOf)).toEqual([1, 0xffff]);
  });

  test('has addresses and names of all kinds', () => {
    const data = [encodeResource('AAAA', 'fd01::2'), encodeResource('PTR', 'Db.web')];
    const { answers } = answerTo(query('db', 'A', edns(512)), Rcode.noError, data);
    expect(answers).toMatchObject([
      { name: 'db', type: 'AAAA', class: 'IN', ttl: 0, data: 'fd01::2' },
      { name: 'db', type: 'PTR', class: 'IN', ttl: 0, data: 'Db.web' },
    ]);
  });
});
