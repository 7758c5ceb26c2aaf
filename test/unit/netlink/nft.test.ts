import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deleteElements,
  type ElementField,
  elementsOf,
  encodeKey,
  getLink,
  intervalElements,
  listElements,
  newElements,
  type RawElement,
  type SetElements,
  TableFamily,
  tableComment,
} from '../../../src/netlink/index.js';
import { native } from '../../../src/netlink/native.js';
import { partsOf } from '../../../src/netlink/nft-transaction.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const table = { family: TableFamily.inet, name: 't' };

describe('a key', () => {
  // As nft writes them (nft --debug=mnl add element …).
  test.each<[string, ElementField[], string]>([
    ['ifname', [{ kind: 'interface', value: 'br-web' }], '62722d77656200000000000000000000'],
    ['nf_proto', [{ kind: 'family', value: 'ipv4' }], '02'],
    ['nf_proto', [{ kind: 'family', value: 'ipv6' }], '0a'],
    ['inet_service', [{ kind: 'port', value: 8080 }], '1f90'],
    ['ipv4_addr', [{ kind: 'ipv4', value: '192.0.2.1' }], 'c0000201'],
    ['ipv6_addr', [{ kind: 'ipv6', value: 'fd00:1::2' }], 'fd000001000000000000000000000002'],
    [
      'ipv4_addr . inet_proto . inet_service',
      [
        { kind: 'ipv4', value: '192.0.2.1' },
        { kind: 'protocol', value: 'tcp' },
        { kind: 'port', value: 8080 },
      ],
      'c0000201060000001f900000',
    ],
    [
      'inet_proto . inet_service',
      [
        { kind: 'protocol', value: 'sctp' },
        { kind: 'port', value: 80 },
      ],
      '8400000000500000',
    ],
    [
      'ifname . ether_addr',
      [
        { kind: 'interface', value: 'veth1' },
        { kind: 'mac', value: '02:42:ac:11:00:02' },
      ],
      '766574683100000000000000000000000242ac1100020000',
    ],
    [
      'ipv6_addr . inet_proto . inet_service',
      [
        { kind: 'ipv6', value: 'fd00:1::2' },
        { kind: 'protocol', value: 17 },
        { kind: 'port', value: 53 },
      ],
      'fd0000010000000000000000000000021100000000350000',
    ],
  ])('of %s is as nft writes it', (_, fields, bytes) => {
    expect(hex(encodeKey(fields))).toBe(bytes);
  });

  test.each<[ElementField, string]>([
    [{ kind: 'port', value: 65536 }, 'EBADREQUEST'],
    [{ kind: 'port', value: -1 }, 'EBADREQUEST'],
    [{ kind: 'port', value: 1.5 }, 'EBADREQUEST'],
    [{ kind: 'protocol', value: 256 }, 'EBADREQUEST'],
    [{ kind: 'ipv4', value: 'fd00::1' }, 'EBADADDR'],
    [{ kind: 'ipv6', value: '10.0.0.1' }, 'EBADADDR'],
    [{ kind: 'mac', value: '02:42' }, 'EBADMAC'],
    [{ kind: 'interface', value: 'sixteen-letters-' }, 'EBADIFNAME'],
    [{ kind: 'interface', value: 'a"; flush ruleset' }, 'EBADIFNAME'],
  ])('is not made of %j', (field, code) => {
    expect(() => encodeKey([field])).toThrow(expect.objectContaining({ code }));
  });
});

describe('an interval', () => {
  const bytes = (...numbers: number[]) => Uint8Array.from(numbers);

  test('is its first key and the one behind its last', () => {
    expect(intervalElements(bytes(10, 1, 0, 0), bytes(10, 1, 255, 255))).toEqual([
      { key: bytes(10, 1, 0, 0) },
      { key: bytes(10, 2, 0, 0), flags: 1 },
    ]);
  });

  test('has its data at its start', () => {
    expect(intervalElements(bytes(1), bytes(1), bytes(9))).toEqual([
      { key: bytes(1), data: bytes(9) },
      { key: bytes(2), flags: 1 },
    ]);
  });

  test('that reaches the last key has no end', () => {
    expect(intervalElements(bytes(255, 0), bytes(255, 255))).toEqual([{ key: bytes(255, 0) }]);
  });

  test('leaves what it is given alone', () => {
    const last = bytes(1, 255);
    intervalElements(last, last);
    expect(last).toEqual(bytes(1, 255));
  });
});

describe('a transaction’s requests', () => {
  const element: fc.Arbitrary<RawElement> = fc.record(
    {
      key: fc.uint8Array({ maxLength: 64 }),
      keyEnd: fc.uint8Array({ maxLength: 64 }),
      data: fc.uint8Array({ maxLength: 64 }),
    },
    { requiredKeys: ['key'] },
  );

  test('fit into messages, however many elements they have, and have them all in order', () => {
    fc.assert(
      fc.property(
        fc.array(element, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 300 }),
        (few, times) => {
          const elements = Array.from({ length: times }, () => few).flat();
          const { parts, owners } = partsOf([newElements(table, 's', elements), deleteElements(table, 's', few)]);
          expect(parts.map((part) => part.type)).toEqual(owners.map((owner) => (owner === 0 ? 2572 : 2574)));
          expect(elementsOf(parts.slice(0, -1).map(({ body }) => body as SetElements))).toEqual(elements);
          for (const part of parts) {
            expect(native().encode(part).length).toBeLessThan(65536 + 64);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  test('are split no more than they must be', () => {
    const key = encodeKey([{ kind: 'ipv4', value: '10.0.0.1' }]);
    const { parts } = partsOf([newElements(table, 's', new Array(10_000).fill({ key }))]);
    expect(parts.length).toBeLessThanOrEqual(7);
  });

  test('of other kinds are left alone', () => {
    const requests = [getLink({ name: 'lo' }), newElements(table, 's', [])];
    expect(partsOf(requests)).toEqual({ parts: requests, owners: [0, 1] });
  });
});

test('a listing of elements is asked for by table and set', () => {
  const { type, body } = listElements(table, 's');
  expect({ type, body }).toEqual({ type: 2573, body: { family: 1, table: 't', set: 's' } });
});

test('a table’s comment is what nft has kept in its data, whatever else is in there', () => {
  const of = (...userData: number[]) => tableComment({ ...table, userData: Uint8Array.from(userData) });
  expect(of(0, 3, 0x6e, 0x6f, 0)).toBe('no');
  expect(of(7, 2, 1, 1, 0, 2, 0x6e, 0x6f)).toBe('no');
  expect(of(1, 1, 0)).toBeUndefined();
  expect(of(0)).toBeUndefined();
  expect(of(0, 9, 0x6e)).toBe('n');
  expect(tableComment(table)).toBeUndefined();
});
