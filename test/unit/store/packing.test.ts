import fc from 'fast-check';
import { open } from 'lmdb';
import { Packr } from 'msgpackr';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Packing } from '../../../src/store/packing.js';
import { sealedTable, sumOf } from '../../../src/store/seal.js';
import { asThrown } from '../../support/refusals.js';
import { temporaryDirectory } from '../../support/store.js';

const id = '6630835f7f6546a28795743adaa48753b191e0ec2b46483b8896ff3e1e73bd67';
const network = 'ad85c7737a8a423b80da89743a6dc501d3682b157a5141de8d5be565ba6fac6b';

/** As an attach to a bridge leaves it. */
const record = {
  id,
  name: 'web',
  mode: 'network',
  state: 'ready',
  owner: '4026531836:3156:4878453:e59d37bb',
  bound: false,
  created: 1795277207347,
  netns: { kind: 'path', path: '/run/netns/web' },
  hostname: '6630835f7f65',
  endpoints: [
    {
      id: 'e57862142c4e42f3bb531e2be657e6498bed710f00da41bd8ecdb65ac6698de8',
      network,
      interface: 'eth0',
      hostInterface: 'vethe57862142c4',
      hostIndex: 1_000_000,
      address: '10.64.0.2',
      prefixLength: 16,
      gateway: '10.64.0.1',
      macAddress: '02:42:0a:40:00:02',
      mtu: 1500,
      gatewayPriority: 0,
    },
  ],
  cookie: '2382316',
};

const packing = new Packing(3);
/** As it stands in a file: what the next call makes does not change it. */
const pack = (value: unknown, key: unknown) => Buffer.from(packing.pack(value, key));
const sizeOf = (value: unknown, key: unknown) => pack(value, key).length - 3;
const again = (value: unknown, key: unknown = '') => packing.unpack(pack(value, key), key);
/** Of those that the format has tags for. */
const words = ['id', 'sandbox', 'hostInterface', 'tcp', 'eth1'];

const digits = (least: number, most: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${least},${most}}$`));
const part = fc.oneof(fc.nat(300), fc.constantFrom('', '00', '007', '1a', ' 1')).map(String);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(...words, '__proto__', 'constructor', '\ud800'),
  digits(64, 64),
  digits(6, 20),
  digits(64, 64).map((one) => one.toUpperCase()),
  fc.ipV4(),
  fc.ipV6(),
  fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  fc.array(digits(2, 2), { minLength: 6, maxLength: 6 }).map((parts) => parts.join(':')),
  fc.array(fc.oneof(part, digits(1, 12)), { maxLength: 12 }).map((parts) => parts.join(':')),
  fc.bigInt({ min: 0n, max: 2n ** 60n }).map(String),
);
/** JSON has no -0 and none that is not finite. */
const number = fc
  .oneof(fc.nat(300), fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((one) => one + 0);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, text, number, fc.boolean(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 6 }),
  object: fc.array(fc.tuple(text, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
}));

describe('packing', () => {
  test('gives back what it was given, whatever the key', () => {
    fc.assert(
      fc.property(value, fc.oneof(text, fc.constant(id)), (value, key) => {
        // Not toStrictEqual, which takes a property called `constructor` for the type.
        expect(JSON.stringify(again(value, key))).toBe(JSON.stringify(value));
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  test('gives back texts that share a beginning with the key', () => {
    fc.assert(
      fc.property(text, fc.nat(70), (key, length) => {
        expect(again([key, key.slice(0, length), `${key}0`], key)).toEqual([key, key.slice(0, length), `${key}0`]);
      }),
      { seed: 7 },
    );
  });

  test('knows long lists, objects and texts', () => {
    const many = Array.from({ length: 70_000 }, (_, i) => i);
    const object = Object.fromEntries(many.slice(0, 300).map((i) => [`name${i}`, 'x'.repeat(i)]));
    expect(again({ many, object, text: 'ä'.repeat(100_000) })).toEqual({ many, object, text: 'ä'.repeat(100_000) });
  });

  test('knows the key of a table that has several parts by the first', () => {
    expect(again({ sandbox: id }, [id, 7])).toEqual({ sandbox: id });
    expect(sizeOf({ sandbox: id }, [id, 7])).toBe(sizeOf({ sandbox: id }, id));
    expect(again('web', [7, 'web'])).toBe('web');
  });

  test('leaves out what is undefined, as JSON does, and refuses what JSON does not know', () => {
    expect(again({ a: undefined, b: [{ c: undefined }] })).toStrictEqual({ b: [{}] });
    for (const foreign of [undefined, 1n, () => 0, Symbol('a')]) {
      expect(() => pack(foreign, '')).toThrow(TypeError);
    }
  });

  test('refuses what is nested deeper than any record', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)]);
    expect(again(nested(64))).toEqual(nested(64));
    expect(() => pack(nested(65), '')).toThrow(TypeError);
    expect(() => pack(nested(2000), '')).toThrow(TypeError);
  });

  test('a value that is cut short, or has something behind it, is refused', () => {
    const whole = pack(record, id);
    for (let size = 4; size < whole.length; size++) {
      expect(() => packing.unpack(whole.subarray(0, size), id)).toThrow(RangeError);
    }
    expect(() => packing.unpack(Buffer.concat([whole, Buffer.from([0])]), id)).toThrow(RangeError);
  });

  test('makes less than half of a record of what a general format does', () => {
    const packr = new Packr({ useRecords: false });
    expect(sizeOf(record, id)).toBeLessThan(0.45 * packr.pack(record).length);
    expect(sizeOf({ sandbox: id }, network)).toBeLessThan(40);
  });

  test('stays as it is: files have it', () => {
    const { name: _, endpoints, ...rest } = record;
    const golden = {
      id,
      owner: rest.owner,
      created: rest.created,
      hostname: rest.hostname,
      netns: rest.netns,
      bound: false,
      endpoints: [
        {
          id: network,
          address: '10.64.0.2',
          macAddress: endpoints[0]?.macAddress,
          mtu: 1500,
          hostIndex: 1_000_000,
          gatewayPriority: 0,
          prefixLength: 0.5,
        },
      ],
      name: 'ä',
      env: [null, true],
    };
    // A change here is one of the format: see `format` in store.ts.
    expect(pack(golden, id).subarray(3).toString('hex')).toBe(
      [
        'c15009804a8454045244fcffffef5243540c524475704a005304e59d37bb87453337dcfea1018d4b0c885002898b8b470e',
        '2f72756e2f6e65746e732f7765628642904e0150078049ad85c7737a8a423b80da89743a6dc501d3682b157a5141de8d5b',
        'e565ba6fac6b9d4c0a400002a34d02420a400002a443dc059c4440420f00a5009e46000000000000e03f81480100000',
        '0e400954e024041',
      ].join(''),
    );
  });
});

test('records of the format before are still read', () => {
  const root = open({ path: `${temporaryDirectory()}/state.mdb`, noSync: true, maxDbs: 4 });
  onTestFinished(() => root.close());
  const sealed = sealedTable<unknown, string>(root, 'sandboxes', asThrown);
  const value = new Packr({ useRecords: false }).pack(record);
  const key = new DataView(Uint8Array.from(Buffer.from(id, 'latin1')).buffer);
  const bytes = Buffer.alloc(4 + value.length);
  value.copy(bytes, 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setInt32(0, sumOf(view, 4, bytes.length, sumOf(key, 0, key.byteLength, 0)), true);
  root.openDB({ name: 'sandboxes', encoding: 'binary' }).putSync(id, bytes);
  expect(sealed.get(id)).toEqual(record);
});
