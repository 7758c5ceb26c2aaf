import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readService, type ServiceWish } from '../../../src/endpoint/service.js';
import { plain, shapeOf, together } from '../../../src/pool/shape.js';

const nothing: ServiceWish = { publish: [], exposed: [], links: [] };
const port = fc.integer({ min: 1, max: 65_535 });
const protocol = fc.constantFrom('tcp', 'udp', 'sctp');
const published = fc
  .tuple(fc.option(fc.constantFrom('127.0.0.1:', '[::1]:')), fc.option(port), port, protocol)
  .map(
    ([address, host, inside, proto]) => `${address ?? ''}${address || host ? `${host ?? ''}:` : ''}${inside}/${proto}`,
  );
const exposed = fc.tuple(port, protocol).map(([inside, proto]) => `${inside}/${proto}`);
const services = fc.record({ publish: fc.array(published), expose: fc.array(exposed) }).map(readService);

describe('the shape of an entry', () => {
  test('is plain where nothing is served', () => {
    expect(shapeOf(nothing)).toBe(plain);
    expect(shapeOf(readService({ links: ['db'] }))).toBe(plain);
  });

  test('is a word that keys of the records can be made of', () => {
    fc.assert(
      fc.property(services, (service) => {
        expect(shapeOf(service)).toMatch(/^(plain|[0-9a-f]{16})$/);
      }),
    );
  });

  test('does not depend on the order in which ports were asked for, nor on who asked for which', () => {
    fc.assert(
      fc.property(services, services, (one, other) => {
        expect(shapeOf(together(one, other))).toBe(shapeOf(together(other, one)));
        expect(shapeOf(together(one, nothing))).toBe(shapeOf(one));
      }),
    );
  });

  test.each([
    [{ publish: ['80'] }, { publish: ['80/udp'] }],
    [{ publish: ['80'] }, { expose: ['80'] }],
    [{ publish: ['80'] }, { publish: ['80', '80'] }],
    [{ publish: ['80'] }, { publish: ['127.0.0.1::80'] }],
    [{ publish: ['8000-8010:80'] }, { publish: ['8000-8011:80'] }],
    [{ publish: ['1', '11'] }, { publish: ['11', '111'] }],
  ])('tells %j from %j', (one, other) => {
    expect(shapeOf(readService(one))).not.toBe(shapeOf(readService(other)));
  });
});
