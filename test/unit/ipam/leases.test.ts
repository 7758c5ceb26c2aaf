import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstUsable, formatIpv4, type Ipv4, lastUsable, parseIpv4, parseSubnet } from '../../../src/address/index.js';
import { type LeasedSubnet, leaseExact, leaseNext, release } from '../../../src/ipam/index.js';
import { openStore } from '../../support/store.js';
import { LeaseModel } from './lease-model.js';

let networks = 0;

/** A network that no other test has. */
function networkWith(subnet: string, gateway: string, defaultGateway = gateway): LeasedSubnet {
  networks += 1;
  const addresses = { gateway: parseIpv4(gateway), defaultGateway: parseIpv4(defaultGateway) };
  return { id: `network${networks}`, name: 'web', subnet: parseSubnet(subnet), ...addresses };
}

/** The addresses that sandboxes of a network may have, in order. */
function usable({ subnet, gateway, defaultGateway }: LeasedSubnet): number[] {
  const all = Array.from({ length: lastUsable(subnet) - firstUsable(subnet) + 1 }, (_, i) => firstUsable(subnet) + i);
  return all.filter((address) => address !== gateway && address !== defaultGateway);
}

/** Calls in a transaction of its own each, as they are made. */
function allocator(network: LeasedSubnet, store = openStore()) {
  return {
    next: (sandbox: string) => store.transaction((tables) => leaseNext(tables, network, sandbox)),
    exact: (sandbox: string, address: Ipv4) =>
      store.transaction((tables) => leaseExact(tables, network, sandbox, address)),
    release: (sandbox: string, address: Ipv4) =>
      store.transaction((tables) => release(tables, network.id, sandbox, address)),
  };
}

const refusal = (code: string, message: RegExp = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('leases', () => {
  test('gives out every address of the subnet once, in turn, and then none', () => {
    const network = networkWith('10.0.0.0/28', '10.0.0.1');
    const { next } = allocator(network);
    expect(usable(network).map((_, i) => formatIpv4(next(`s${i}`)))).toEqual(
      Array.from({ length: 13 }, (_, i) => `10.0.0.${i + 2}`),
    );
    expect(() => next('late')).toThrow(refusal('EPOOL', /10\.0\.0\.0\/28/));
  });

  test.each([
    ['10.0.0.0/30', '10.0.0.1', ['10.0.0.2']],
    ['10.0.0.0/31', '10.0.0.0', ['10.0.0.1']],
    ['10.0.0.0/32', '10.0.0.0', []],
    ['10.0.0.0/29', '10.0.0.6', ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']],
    [
      '255.255.255.248/29',
      '255.255.255.249',
      ['255.255.255.250', '255.255.255.251', '255.255.255.252', '255.255.255.253', '255.255.255.254'],
    ],
  ])('gives neither network nor broadcast nor gateway: %s with gateway %s', (subnet, gateway, expected) => {
    const network = networkWith(subnet, gateway);
    const { next } = allocator(network);
    expect(usable(network).map((_, i) => formatIpv4(next(`s${i}`)))).toEqual(expected);
    expect(() => next('late')).toThrow(refusal('EPOOL'));
  });

  test('an address rests until all others were given out', () => {
    const { next, release } = allocator(networkWith('10.0.0.0/29', '10.0.0.1'));
    const [second, third] = [next('a'), next('b')];
    release('b', third);
    release('a', second);
    expect([next('c'), next('d'), next('e')].map(formatIpv4)).toEqual(['10.0.0.4', '10.0.0.5', '10.0.0.6']);
    // Then in the order in which they were given back.
    expect([next('f'), next('g')]).toEqual([third, second]);
  });

  test('an address that is asked for is passed over in turn, and waits for its turn again when given back before', () => {
    const { next, exact, release } = allocator(networkWith('10.0.0.0/29', '10.0.0.1'));
    exact('a', parseIpv4('10.0.0.2'));
    exact('b', parseIpv4('10.0.0.4'));
    expect(formatIpv4(next('c'))).toBe('10.0.0.3');
    release('b', parseIpv4('10.0.0.4'));
    expect(formatIpv4(next('d'))).toBe('10.0.0.4');
    release('a', parseIpv4('10.0.0.2'));
    expect(['e', 'f', 'g'].map((sandbox) => formatIpv4(next(sandbox)))).toEqual(['10.0.0.5', '10.0.0.6', '10.0.0.2']);
  });

  test.each([
    ['10.0.1.0', 'EOUTSIDESUBNET', /10\.0\.0\.0\/24/],
    ['9.255.255.255', 'EOUTSIDESUBNET', /web/],
    ['10.0.0.0', 'EADDRRESERVED', /network address/],
    ['10.0.0.255', 'EADDRRESERVED', /broadcast address/],
    ['10.0.0.1', 'EADDRRESERVED', /gateway address/],
    ['10.0.0.254', 'EADDRRESERVED', /gateway address/],
    ['10.0.0.9', 'EADDRTAKEN', /sandbox "holder"/],
  ])('refuses %s when it is asked for: %s', (address, code, message) => {
    const { exact } = allocator(networkWith('10.0.0.0/24', '10.0.0.1', '10.0.0.254'));
    exact('holder', parseIpv4('10.0.0.9'));
    expect(() => exact('other', parseIpv4(address))).toThrow(refusal(code, message));
  });

  test('only its holder gives an address back', () => {
    const { exact, release } = allocator(networkWith('10.0.0.0/24', '10.0.0.1'));
    const address = parseIpv4('10.0.0.9');
    exact('holder', address);
    release('other', address);
    expect(() => exact('other', address)).toThrow(refusal('EADDRTAKEN'));
    release('holder', address);
    release('holder', address);
    exact('other', address);
  });

  test('networks know nothing of each other', () => {
    const store = openStore();
    const [one, other] = ['10.0.0.0/30', '10.0.0.0/30'].map((subnet) =>
      allocator(networkWith(subnet, '10.0.0.1'), store),
    );
    expect(one?.next('a')).toBe(other?.next('b'));
    expect(() => one?.next('c')).toThrow(refusal('EPOOL'));
  });

  test('does as a plain model does, whatever is asked in whatever order', () => {
    const store = openStore();
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('next' as const) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('exact' as const), place: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('release' as const), place: fc.nat() }) },
    );
    const setting = fc.record({ prefix: fc.integer({ min: 27, max: 31 }), gateway: fc.nat(), router: fc.nat() });
    fc.assert(
      fc.property(setting, fc.array(step, { maxLength: 80 }), ({ prefix, gateway, router }, steps) => {
        const network = anyNetwork(prefix, gateway, router);
        const addresses = usable(network);
        const model = new LeaseModel(addresses);
        const { next, exact, release } = allocator(network, store);
        steps.forEach((step, i) => {
          const sandbox = `s${i}`;
          if (step.kind === 'next') {
            expect(attempted(() => next(sandbox))).toBe(model.next(sandbox) ?? 'EPOOL');
          } else if (step.kind === 'exact') {
            const address = addresses[step.place % addresses.length] ?? 0;
            fc.pre(addresses.length > 0);
            const expected = model.exact(sandbox, address) ? undefined : 'EADDRTAKEN';
            expect(attempted(() => exact(sandbox, address))).toBe(expected);
          } else if (model.held.size > 0) {
            const [address, holder] = [...model.held][step.place % model.held.size] ?? [0, ''];
            model.release(holder, address);
            release(holder, address);
          }
        });
      }),
      { numRuns: 300 },
    );
  });
});

/** 10.0.0.0 with any usable address as gateway, and any other as router. */
function anyNetwork(prefix: number, gateway: number, router: number): LeasedSubnet {
  const { subnet } = networkWith(`10.0.0.0/${prefix}`, '10.0.0.0');
  const count = lastUsable(subnet) - firstUsable(subnet) + 1;
  const [one, other] = [gateway, router].map((place) => formatIpv4(firstUsable(subnet) + (place % count)));
  return networkWith(`10.0.0.0/${prefix}`, one ?? '', other);
}

/** What it returns, or the code of what it throws. */
function attempted<Result>(work: () => Result): Result | string {
  try {
    return work();
  } catch (error) {
    return (error as { code: string }).code;
  }
}
