import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostAddresses, type PortWish, type PublishedPort } from '../../../src/address/index.js';
import { attempt } from '../../../src/errors/index.js';
import { type ClaimOptions, claimedPorts, claimPorts, releasePorts } from '../../../src/ipam/index.js';
import type { SandboxRecord } from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';
import { refusal } from './allocator.js';
import { both, claim, content, contentOf, release, tryOut } from './port-claims.js';

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
    ['all, with IPv6 routed', { families: [4], isRoutedToo: true }, '1:1', undefined],
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
