import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Element } from '../../../src/firewall/element.js';
import { elementsOf, endpointElements, linkElements, networkElements } from '../../../src/firewall/elements.js';
import type {
  FirewallModel,
  GuardedEndpoint,
  GuardedLink,
  GuardedNetwork,
  Passage,
} from '../../../src/firewall/model.js';
import { firewallNames } from '../../../src/firewall/names.js';
import { renderNftables } from '../../../src/firewall/nftables/render.js';
import { dualNetwork, guardedEndpoint, isolated, modelWith, nat, routed } from './models.js';

const protocol = fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const);
const port = fc.integer({ min: 1, max: 65535 });
const hostAddress = fc.constantFrom(undefined, '0.0.0.0', '::', '127.0.0.1', '192.0.2.1', '2001:db8::1');

const published = fc
  .record({ protocol, port, hostPort: fc.option(port, { nil: undefined }), hostAddress })
  .map(({ hostPort, hostAddress: address, ...inside }) => ({
    ...inside,
    ...(hostPort !== undefined && { hostPort }),
    ...(address !== undefined && { hostAddress: address }),
  }));

const passage = (source: string): fc.Arbitrary<Passage> =>
  fc.constantFrom(nat, { ...nat, masquerade: false }, { ...nat, source }, routed, isolated);

const options = fc.record({
  internal: fc.boolean(),
  icc: fc.boolean(),
  ipv4: passage('192.0.2.9'),
  ipv6: passage('2001:db8::9'),
  spoofGuard: fc.boolean(),
  isRouted: fc.boolean(),
});

const network = fc
  .tuple(fc.integer({ min: 1, max: 99 }), options)
  .map(([n, given]): GuardedNetwork => dualNetwork(n, given));

const endpoint = fc
  .tuple(network, fc.integer({ min: 2, max: 254 }), fc.array(published, { maxLength: 4 }))
  .map(([on, host, ports]): GuardedEndpoint => guardedEndpoint(on, host, { ports }));

const link = fc
  .tuple(network, fc.array(fc.record({ protocol, port }), { maxLength: 3 }))
  .map(([on, ports]): GuardedLink => ({ client: guardedEndpoint(on, 2), server: guardedEndpoint(on, 3), ports }));

const model: fc.Arbitrary<FirewallModel> = fc.record({
  networks: fc.array(network, { maxLength: 3 }),
  segments: fc.array(network, { maxLength: 3 }),
  endpoints: fc.array(endpoint, { maxLength: 3 }),
  links: fc.array(link, { maxLength: 3 }),
  sealed: fc.record({ ipv4: fc.boolean(), ipv6: fc.boolean() }),
});

function texts(elements: readonly Element[]): Set<string> {
  return new Set(elements.map((element) => JSON.stringify(element)));
}

describe('whatever is in force', () => {
  test('a further network, endpoint or link only adds elements, those that are its own', () => {
    const further = fc.record({ network, endpoint, link });
    fc.assert(
      fc.property(model, further, (before, one) => {
        const after = {
          ...before,
          networks: [...before.networks, one.network],
          endpoints: [...before.endpoints, one.endpoint],
          links: [...before.links, one.link],
        };
        const own = [...networkElements(one.network), ...endpointElements(one.endpoint), ...linkElements(one.link)];
        expect(texts(elementsOf(after))).toEqual(new Set([...texts(elementsOf(before)), ...texts(own)]));
      }),
    );
  });

  test('no element is there twice', () => {
    fc.assert(
      fc.property(model, (any) => {
        const elements = elementsOf(any);
        expect(texts(elements).size).toBe(elements.length);
      }),
    );
  });

  test('the rules are as many, and the same', () => {
    const names = firewallNames('/run/netplumb');
    const withoutElements = (text: string) => text.replaceAll(/^ {4}elements = \{\n(?: {6}.*\n)*? {4}\}\n/gm, '');
    const guarded = dualNetwork(99, { spoofGuard: true });
    const empty = withoutElements(renderNftables(modelWith({ networks: [guarded] }), names));
    fc.assert(
      fc.property(model, (any) => {
        const text = renderNftables({ ...any, networks: [...any.networks, guarded] }, names);
        expect(withoutElements(text)).toBe(empty);
      }),
    );
  });
});

/** Of endpoints and their network, sorted by what they are found under. */
function setsOf(given: GuardedNetwork, ports: GuardedEndpoint['ports'] = []): readonly string[] {
  return [...texts(elementsOf(modelWith({ endpoints: [guardedEndpoint(given, 2, { ports })] })))].sort();
}

describe('options that make no difference', () => {
  const anyPorts = fc.array(published, { maxLength: 4 });

  test('in an internal network: modes, masquerade, fixed source, published ports', () => {
    fc.assert(
      fc.property(options, options, anyPorts, ({ ipv4, ipv6 }, given, ports) => {
        const internal = { ...given, internal: true };
        expect(setsOf(dualNetwork(1, { ...internal, ipv4, ipv6 }), ports)).toEqual(setsOf(dualNetwork(1, internal)));
      }),
    );
  });

  test('isolated in both families, or internal', () => {
    fc.assert(
      fc.property(options, anyPorts, (given, ports) => {
        const closed = { ...given, ipv4: isolated, ipv6: isolated };
        expect(setsOf(dualNetwork(1, closed), ports)).toEqual(setsOf(dualNetwork(1, { ...given, internal: true })));
      }),
    );
  });

  test('in mode routed: masquerade, fixed source, where on the host a port of both families is published', () => {
    fc.assert(
      fc.property(options, anyPorts, fc.boolean(), (given, ports, masquerade) => {
        const plain = dualNetwork(1, { ...given, ipv4: routed, ipv6: routed });
        const ipv4 = { ...routed, masquerade, source: '192.0.2.9' };
        const everywhere = ports.map(({ hostAddress: _, ...one }) => one);
        const inside = everywhere.map(({ hostPort: _, ...one }) => one);
        expect(setsOf({ ...plain, ipv4 }, everywhere)).toEqual(setsOf(plain, inside));
      }),
    );
  });

  test('without masquerade: a fixed source', () => {
    fc.assert(
      fc.property(options, (given) => {
        const plain = dualNetwork(1, { ...given, ipv4: { ...nat, masquerade: false } });
        expect(setsOf({ ...plain, ipv4: { ...plain.ipv4, source: '192.0.2.9' } })).toEqual(setsOf(plain));
      }),
    );
  });

  test('where endpoints may talk anyway: a link', () => {
    fc.assert(
      fc.property(link, ({ client, server, ports }) => {
        const open = { ...server.network, icc: true };
        expect(linkElements({ client, server: { ...server, network: open }, ports })).toEqual([]);
      }),
    );
  });

  test('a port of a family that the endpoint does not have', () => {
    fc.assert(
      fc.property(options, anyPorts, (given, ports) => {
        const { address6: _, ...only4 } = guardedEndpoint(dualNetwork(1, given), 2, { ports });
        expect(endpointElements(only4).filter(({ set }) => set.endsWith('6'))).toEqual([]);
      }),
    );
  });
});
