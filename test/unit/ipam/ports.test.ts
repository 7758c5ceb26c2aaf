import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostAddresses, type PortWish, type PublishedPort, parsePublish } from '../../../src/address/index.js';
import { attempt } from '../../../src/errors/index.js';
import { type ClaimOptions, claimedPorts, claimPorts, releasePorts } from '../../../src/ipam/index.js';
import type { SandboxRecord, Store, Tables } from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';
import { refusal } from './allocator.js';

const both: ClaimOptions = { families: [4, 6], range: { first: 40000, last: 40003 } };
const only4: ClaimOptions = { ...both, families: [4] };

/** Claims what is written so; a refusal does not undo the transaction: attaches share one. */
function claim(
  store: Store,
  sandbox: string,
  specs: readonly string[],
  options: ClaimOptions = only4,
): PublishedPort[] {
  const wishes = specs.flatMap(parsePublish);
  const claimed = store.transaction((tables) => attempt(() => claimPorts(tables, sandbox, wishes, options)));
  if (claimed instanceof Error) {
    throw claimed;
  }
  return claimed;
}

const release = (store: Store, sandbox: string, ports: readonly PublishedPort[]) =>
  store.transaction((tables) => releasePorts(tables, sandbox, ports));

const numbers = (ports: readonly PublishedPort[]) => ports.map(({ hostPort }) => hostPort);

/** All that is on record of ports. */
const contentOf = ({ ports, released, cursors }: Tables) =>
  [ports, released, cursors].map((table) => [...table.getRange({})]);

const content = (store: Store) => store.read(contentOf);

/** Does something in a transaction that is then taken back: the next one begins with nothing again. */
function tryOut(store: Store, work: (tables: Tables) => void): void {
  const takenBack = new Error('taken back');
  expect(() =>
    store.transaction((tables) => {
      work(tables);
      throw takenBack;
    }),
  ).toThrow(takenBack);
}

describe('claimPorts', () => {
  test('answers one port for each wish, in their order', () => {
    const store = openStore();
    const claimed = claim(store, 'a', ['8080:80', '127.0.0.1:53:53/udp', '9000-9001:90-91', '443']);
    expect(claimed).toEqual([
      { protocol: 'tcp', port: 80, hostAddress: '0.0.0.0', hostPort: 8080 },
      { protocol: 'udp', port: 53, hostAddress: '127.0.0.1', hostPort: 53 },
      { protocol: 'tcp', port: 90, hostAddress: '0.0.0.0', hostPort: 9000 },
      { protocol: 'tcp', port: 91, hostAddress: '0.0.0.0', hostPort: 9001 },
      { protocol: 'tcp', port: 443, hostAddress: '0.0.0.0', hostPort: 40000 },
    ]);
    const expected = claimed.map(({ protocol, hostAddress, hostPort }) => ({
      protocol,
      hostAddress,
      hostPort,
      sandbox: 'a',
    }));
    const found = store.read(claimedPorts);
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  test.each<[string, Partial<ClaimOptions>, string, string | undefined]>([
    ['all of both families', {}, '1:1', undefined],
    ['all of IPv4', { families: [4] }, '1:1', '0.0.0.0'],
    ['all of IPv6', { families: [6] }, '1:1', '::'],
    ['the default', { defaultAddress: '127.0.0.1' }, '1:1', '127.0.0.1'],
    ["Docker's default", { defaultAddress: '0.0.0.0' }, '1:1', undefined],
    ['a default of IPv6', { defaultAddress: '::' }, '1:1', '::'],
    ['what was asked for', { defaultAddress: '127.0.0.1' }, '10.0.0.1:1:1', '10.0.0.1'],
    ['all of IPv4, asked for', { defaultAddress: '127.0.0.1' }, '0.0.0.0:1:1', '0.0.0.0'],
    ['IPv6, asked for', { families: [6] }, '[fd00::1]:1:1', 'fd00::1'],
  ])('publishes at %s', (_, options, spec, expected) => {
    const [port] = claim(openStore(), 'a', [spec], { ...both, ...options });
    expect(port).toEqual({
      protocol: 'tcp',
      port: 1,
      hostPort: 1,
      ...(expected !== undefined && { hostAddress: expected }),
    });
  });

  test.each<[Partial<ClaimOptions>, string]>([
    [{ families: [4] }, '[fd00::1]:1:1'],
    [{}, '[::1]:1:1'],
    [{ defaultAddress: '::1' }, '1:1'],
    [{ families: [6] }, '127.0.0.1:1:1'],
    [{ families: [4], defaultAddress: 'fd00::1' }, '1:1'],
    [{ families: [6], defaultAddress: '127.0.0.1' }, '1:1'],
    [{ families: [] }, '127.0.0.1:1:1'],
    [{ families: [], defaultAddress: '127.0.0.1' }, '1:1'],
  ])('with %j refuses %s', (options, spec) => {
    const store = openStore();
    expect(() => claim(store, 'a', ['2:2', spec], { ...both, ...options })).toThrow(refusal('EBADOPTION'));
    expect(content(store)).toEqual([[], [], []]);
  });

  test('claims nothing where no address is translated', () => {
    const store = openStore();
    expect(claim(store, 'a', ['8080:80', '81/udp'], { ...both, families: [] })).toEqual([
      { protocol: 'tcp', port: 80 },
      { protocol: 'udp', port: 81 },
    ]);
    expect(content(store)).toEqual([[], [], []]);
  });

  test.each([
    ['8080:80', '8080:90', true],
    ['8080:80', '8080:80', true],
    ['8080:80', '8080:80/udp', false],
    ['8080:80', '127.0.0.1:8080:80', true],
    ['127.0.0.1:8080:80', '8080:80', true],
    ['127.0.0.1:8080:80', '127.0.0.1:8080:80', true],
    ['127.0.0.1:8080:80', '127.0.0.2:8080:80', false],
    ['127.0.0.1:8080:80', '[fd00::1]:8080:80', false],
    ['0.0.0.0:8080:80', '[::]:8080:80', false],
    ['0.0.0.0:8080:80', '10.0.0.1:8080:80', true],
    ['[::]:8080:80', '10.0.0.1:8080:80', false],
    ['[::]:8080:80', '[fd00::1]:8080:80', true],
    ['8080:80', '[fd00::1]:8080:80', true],
    ['8080:80', '8081:80', false],
  ])('one sandbox has %s, another wants %s: refused is %s', (held, wanted, isRefused) => {
    const store = openStore();
    store.transaction(({ sandboxes }) => sandboxes.putSync('a', { name: 'web' } as SandboxRecord));
    claim(store, 'a', [held], both);
    const before = content(store);
    if (isRefused) {
      expect(() => claim(store, 'b', [wanted], both)).toThrow(refusal('EPORTTAKEN', /8080.*sandbox "web"/));
      expect(content(store)).toEqual(before);
    } else {
      expect(claim(store, 'b', [wanted], both)).toHaveLength(1);
      expect(
        store
          .read(claimedPorts)
          .map(({ sandbox }) => sandbox)
          .sort(),
      ).toEqual(['a', 'b']);
    }
  });

  test('names the port as it was asked for', () => {
    const store = openStore();
    claim(store, '0123456789abcdef', ['[fd00::1]:8080:80/udp'], both);
    expect(() => claim(store, 'b', ['[::]:8080:80/udp'], both)).toThrow(
      refusal('EPORTTAKEN', /^port \[::\]:8080\/udp of the host is already published by sandbox "0123456789ab"$/),
    );
    expect(() => claim(store, 'b', ['8080:80/udp'], both)).toThrow(refusal('EPORTTAKEN', /^port 8080\/udp of/));
  });

  test('a sandbox cannot have one port twice, nor any of the others then', () => {
    const store = openStore();
    expect(() => claim(store, 'a', ['8081:80', '8080:80', '8080:81'])).toThrow(refusal('EPORTTAKEN'));
    expect(content(store)).toEqual([[], [], []]);
  });

  test('gives ports of the range in turn, each once, then none', () => {
    const store = openStore();
    expect(numbers(claim(store, 'a', ['80', '81']))).toEqual([40000, 40001]);
    claim(store, 'b', ['40002:80']);
    expect(numbers(claim(store, 'c', ['80']))).toEqual([40003]);
    const before = content(store);
    expect(() => claim(store, 'd', ['8080:80', '80'])).toThrow(
      refusal('ENOFREEPORT', /no tcp port.* from 40000 to 40003/),
    );
    expect(content(store)).toEqual(before);
    expect(numbers(claim(store, 'd', ['80/udp']))).toEqual([40000]);
  });

  test('a port that was given back rests until the others had their turn', () => {
    const store = openStore();
    const first = claim(store, 'a', ['80']);
    release(store, 'a', first);
    expect(numbers(claim(store, 'a', ['80', '80', '80', '80']))).toEqual([40001, 40002, 40003, 40000]);
  });

  test('goes on with a range that has become another one', () => {
    const store = openStore();
    claim(store, 'a', ['80', '81']);
    expect(numbers(claim(store, 'a', ['80'], { ...only4, range: { first: 40001, last: 40002 } }))).toEqual([40002]);
    expect(numbers(claim(store, 'a', ['80'], { ...only4, range: { first: 65535, last: 65535 } }))).toEqual([65535]);
  });

  test('of a range of host ports any will do', () => {
    const store = openStore();
    expect(numbers(claim(store, 'a', ['8000-8002:80']))).toEqual([8000]);
    claim(store, 'b', ['8001:80']);
    expect(numbers(claim(store, 'c', ['8000-8002:80']))).toEqual([8002]);
    expect(() => claim(store, 'd', ['8000-8002:80'])).toThrow(refusal('ENOFREEPORT', /8000 to 8002/));
  });

  test('a port that is taken at one address can be chosen at another', () => {
    const store = openStore();
    const range = { ...only4, range: { first: 40000, last: 40001 } };
    claim(store, 'a', ['127.0.0.1::80', '127.0.0.1::81'], range);
    expect(numbers(claim(store, 'b', ['127.0.0.2::80', '127.0.0.2::81'], range))).toEqual([40000, 40001]);
    expect(() => claim(store, 'c', ['80'], range)).toThrow(refusal('ENOFREEPORT'));
  });

  test('passes over what others are known to have', () => {
    const store = openStore();
    const refused = new Set(['tcp/40000', 'tcp/40002', 'udp/40001', 'tcp/8080']);
    expect(numbers(claim(store, 'a', ['80', '81'], { ...only4, refused }))).toEqual([40001, 40003]);
    expect(() => claim(store, 'a', ['82'], { ...only4, refused })).toThrow(refusal('ENOFREEPORT'));
    expect(() => claim(store, 'a', ['8080:80'], { ...only4, refused })).toThrow(refusal('ENOFREEPORT', /8080 to 8080/));
  });

  test('costs the same however much is taken, when only one is free, and when none is', { timeout: 60_000 }, () => {
    const store = openStore();
    const options = { ...only4, range: { first: 32768, last: 60999 } };
    /** How often a claim looks at the tables. */
    const looks = (sandbox: string, specs: readonly string[]) => {
      let count = 0;
      store.transaction((tables) => {
        const counted = Object.entries(tables).map(([name, table]: [string, Tables['names']]) => {
          const get = (key: string) => {
            count++;
            return table.get(key);
          };
          return [name, { ...table, get }];
        });
        attempt(() => claimPorts(Object.fromEntries(counted), sandbox, specs.flatMap(parsePublish), options));
      });
      return count;
    };
    const first = looks('a', ['80']);
    expect(first).toBeLessThan(5);
    const all = claim(store, 'a', Array<string>(28_230).fill('80'), options);
    expect(looks('a', ['80'])).toBe(first);
    expect(store.read(claimedPorts)).toHaveLength(28_232);
    expect(looks('b', ['80'])).toBeLessThanOrEqual(first);
    expect(() => claim(store, 'b', ['80'], options)).toThrow(refusal('ENOFREEPORT'));
    for (const place of [7, 20_000, 3]) {
      release(store, 'a', all.slice(place, place + 1));
    }
    expect(looks('b', ['80'])).toBeLessThanOrEqual(first + 1);
    expect(numbers(claim(store, 'c', ['80', '80'], options))).toEqual([52769, 32772]);
    expect(store.read(claimedPorts).filter(({ sandbox }) => sandbox === 'b')).toMatchObject([{ hostPort: 32776 }]);
  });
});

describe('releasePorts', () => {
  test('frees them for others, and can be repeated', () => {
    const store = openStore();
    const own = claim(store, 'a', ['8080:80', '127.0.0.1:53:53/udp'], both);
    const kept = claim(store, 'b', ['127.0.0.2:53:53/udp'], both);
    release(store, 'a', own);
    release(store, 'a', own);
    expect(store.read(claimedPorts)).toEqual([
      { protocol: 'udp', hostPort: 53, hostAddress: '127.0.0.2', sandbox: 'b' },
    ]);
    release(store, 'b', kept);
    expect(content(store)).toEqual([[], [], []]);
  });

  test("leaves others' alone", () => {
    const store = openStore();
    const own = claim(store, 'a', ['8080:80'], both);
    const before = content(store);
    release(store, 'b', own);
    release(store, 'a', [
      { protocol: 'tcp', port: 80 },
      { protocol: 'tcp', port: 81, hostPort: 8080 },
    ]);
    release(store, 'a', [{ protocol: 'tcp', port: 80, hostPort: 8080, hostAddress: '127.0.0.1' }]);
    expect(content(store)).toEqual(before);
  });
});

describe('ports of a range', () => {
  const addresses = [undefined, '127.0.0.1', '10.0.0.1'] as const;
  const anyStep = fc.oneof(
    { weight: 4, arbitrary: fc.record({ next: fc.constantFrom(...addresses), refused: fc.subarray([40000, 40002]) }) },
    {
      weight: 2,
      arbitrary: fc.record({ exact: fc.integer({ min: 39999, max: 40006 }), at: fc.constantFrom(...addresses) }),
    },
    { weight: 4, arbitrary: fc.record({ release: fc.nat() }) },
  );

  test('are given out as long as there is one, whoever has asked for them by number in between', {
    timeout: 60_000,
  }, () => {
    const store = openStore();
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 80, size: 'max' }), (steps) =>
        tryOut(store, (tables) => {
          const range = { first: 40000, last: 40005 };
          const all = Array.from({ length: 6 }, (_, i) => range.first + i);
          const held: PublishedPort[] = [];
          const isTaken = (port: number, at?: string) =>
            held.some(({ hostPort, hostAddress }) => {
              return hostPort === port && (at === undefined || hostAddress === '0.0.0.0' || hostAddress === at);
            });
          for (const step of steps) {
            if ('release' in step) {
              releasePorts(tables, 'a', held.splice(step.release % Math.max(held.length, 1), 1));
              continue;
            }
            const refused = 'next' in step ? step.refused : [];
            const options = { ...only4, range, refused: new Set(refused.map((port) => `tcp/${port}`)) };
            const at = 'next' in step ? step.next : step.at;
            const spec = `${at === undefined ? '' : `${at}:`}${'next' in step ? '' : step.exact}${(at ?? 'exact' in step) ? ':' : ''}80`;
            const free =
              'next' in step ? all.filter((port) => !isTaken(port, at) && !refused.includes(port)) : [step.exact];
            const claimed = attempt(() => claimPorts(tables, 'a', parsePublish(spec), options));
            if (claimed instanceof Error) {
              expect(free.filter((port) => !isTaken(port, at))).toEqual([]);
            } else {
              expect(free).toContain(claimed[0]?.hostPort);
              expect(isTaken(claimed[0]?.hostPort ?? 0, at)).toBe(false);
              held.push(...claimed);
            }
          }
          releasePorts(tables, 'a', held);
          expect(claimedPorts(tables)).toEqual([]);
        }),
      ),
      { numRuns: 200 },
    );
  });

  test('leave no more behind than a place in a queue for each', () => {
    const store = openStore();
    for (let i = 0; i < 200; i++) {
      release(store, 'a', claim(store, 'a', ['40001:81', '80', '127.0.0.2::82']));
    }
    const { released, cursors } = store.read((tables) => ({
      released: [...tables.released.getRange({})].length,
      cursors: [...tables.cursors.getRange({})].length,
    }));
    expect([released, cursors]).toEqual([8, 2]);
  });
});

describe('ports', () => {
  const anyAddress = fc.constantFrom(undefined, '0.0.0.0', '::', '127.0.0.1', '10.0.0.1', 'fd00::1', 'fd00::2');
  const anyWish: fc.Arbitrary<PortWish> = fc
    .record({
      protocol: fc.constantFrom('tcp', 'udp'),
      port: fc.integer({ min: 1, max: 3 }),
      hostAddress: anyAddress,
      hostPorts: fc.option(
        fc.tuple(fc.integer({ min: 40000, max: 40005 }), fc.nat({ max: 2 })).map(([first, more]) => ({
          first,
          last: first + more,
        })),
        { nil: undefined },
      ),
    })
    .map(({ protocol, port, hostAddress, hostPorts }) => ({
      protocol,
      port,
      ...(hostAddress !== undefined && { hostAddress }),
      ...(hostPorts && { hostPorts }),
    })) as fc.Arbitrary<PortWish>;
  const anyStep = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        wishes: fc.array(anyWish, { minLength: 1, maxLength: 3 }),
        families: fc.subarray([4, 6] as const),
        defaultAddress: anyAddress,
        refused: fc.subarray(['tcp/40000', 'tcp/40001', 'udp/40003']),
      }),
    },
    { weight: 1, arbitrary: fc.record({ release: fc.nat() }) },
  );

  /** What the kernel would see of a port: protocol, address and number; of all of a family each address of the test's. */
  const places = ({ protocol, hostPort, hostAddress }: PublishedPort): string[] =>
    hostPort === undefined
      ? []
      : hostAddresses(hostAddress === undefined ? {} : { hostAddress })
          .flatMap(
            (address) =>
              ({ '0.0.0.0': ['127.0.0.1', '10.0.0.1', 'other4'], '::': ['fd00::1', 'fd00::2', 'other6'] })[address] ?? [
                address,
              ],
          )
          .map((address) => `${protocol} ${address} ${hostPort}`);

  test('no two sandboxes ever have the same, and what is refused leaves no trace', { timeout: 60_000 }, () => {
    const store = openStore();
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40, size: 'max' }), (steps) =>
        tryOut(store, (tables) => {
          const held: { sandbox: string; ports: PublishedPort[] }[] = [];
          steps.forEach((step, i) => {
            const sandbox = `s${i}`;
            if ('release' in step) {
              const [gone] = held.splice(step.release % Math.max(held.length, 1), 1);
              releasePorts(tables, gone?.sandbox ?? '', gone?.ports ?? []);
              return;
            }
            const { wishes, families, defaultAddress, refused } = step;
            const options = { families, range: both.range, refused: new Set(refused) };
            const own = defaultAddress === undefined ? options : { ...options, defaultAddress };
            const before = contentOf(tables);
            const claimed = attempt(() => claimPorts(tables, sandbox, wishes, own));
            if (claimed instanceof Error) {
              expect(['EPORTTAKEN', 'ENOFREEPORT', 'EBADOPTION']).toContain((claimed as { code?: string }).code);
              expect(contentOf(tables)).toEqual(before);
              return;
            }
            expect(claimed.map(({ protocol, port }) => ({ protocol, port }))).toEqual(
              wishes.map(({ protocol, port }) => ({ protocol, port })),
            );
            wishes.forEach(({ hostPorts = both.range }, at) => {
              const { protocol, hostPort } = claimed[at] as PublishedPort;
              const isRight = hostPort !== undefined && hostPort >= hostPorts.first && hostPort <= hostPorts.last;
              expect(isRight && !options.refused.has(`${protocol}/${hostPort}`)).toBe(families.length > 0);
            });
            held.push({ sandbox, ports: claimed });
          });
          const all = held.flatMap(({ ports }) => ports.flatMap(places));
          expect(new Set(all).size).toBe(all.length);
          const claims = held.flatMap(({ ports }) => ports.filter(({ hostPort }) => hostPort !== undefined));
          expect(claimedPorts(tables)).toHaveLength(claims.length);
          for (const { sandbox, ports } of held) {
            releasePorts(tables, sandbox, ports);
          }
          expect(claimedPorts(tables)).toEqual([]);
        }),
      ),
      { numRuns: 200 },
    );
  });
});
