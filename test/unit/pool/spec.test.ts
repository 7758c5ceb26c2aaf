import { describe, expect, test } from 'vitest';
import {
  checkPoolNetwork,
  type PoolOptions,
  readPoolOptions,
  readTake,
  type TakeSpec,
} from '../../../src/pool/spec.js';

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('options of a pool', () => {
  test('have defaults: all of it is built again, and ends with the process', () => {
    expect(readPoolOptions({ size: 5 })).toMatchObject({ size: 5, refillBelow: 5, bound: true });
  });

  test('say when it is filled again', () => {
    expect(readPoolOptions({ size: 5, refill: 2 }).refillBelow).toBe(2);
    expect(readPoolOptions({ size: 5, refill: false }).refillBelow).toBe(0);
  });

  test.each<[PoolOptions, RegExp]>([
    [{ size: -1 }, /-1/],
    [{ size: 1.5 }, /size/],
    [{ size: Number.NaN }, /size/],
    [{ size: 65_537 }, /size/],
    [{ size: 5, refill: 6 }, /refill/],
    [{ size: 2, publish: ['8080:80'] }, /only one of 2/],
  ])('%j is refused', (options, message) => {
    expect(() => readPoolOptions(options)).toThrow(refusal('EBADOPTION', message));
  });

  test('one sandbox may have a port of the host of its own, several a range', () => {
    expect(readPoolOptions({ size: 1, publish: ['8080:80'] }).service.publish).toHaveLength(1);
    expect(readPoolOptions({ size: 9, publish: ['8000-8008:80'] }).service.publish).toHaveLength(1);
  });

  test.each(['host', 'none', 'container:web'])('mode %s has nothing to build ahead', (mode) => {
    expect(() => checkPoolNetwork(mode)).toThrow(refusal('EBADOPTION', /nothing to build ahead/));
  });

  test.each(['bridge', 'default', 'web', '3f2a'])('network %s is one', (network) => {
    expect(() => checkPoolNetwork(network)).not.toThrow();
  });
});

describe('what is asked for with one that is taken', () => {
  test('is nothing, if nothing is said', () => {
    const nothing = readTake({});
    expect(nothing).toMatchObject({ name: undefined, hostname: undefined, aliases: [], bound: false });
    expect(readTake({ name: undefined, publish: undefined })).toBe(nothing);
  });

  test('is read as attach reads it', () => {
    const spec: TakeSpec = {
      name: 'web',
      hostname: 'web.lab',
      publish: ['8080:80'],
      networkAliases: ['A', 'a'],
      bound: true,
    };
    expect(readTake(spec)).toMatchObject({
      name: 'web',
      hostname: 'web.lab',
      service: { publish: [{ protocol: 'tcp', port: 80, hostPorts: { first: 8080, last: 8080 } }] },
      aliases: ['a'],
      bound: true,
    });
  });

  test.each(['ip', 'ip6', 'macAddress', 'mtu', 'defaultGateway', 'pid', 'netns', 'create', 'network', 'anything'])(
    'is not %s, which is settled by then',
    (option) => {
      expect(() => readTake({ [option]: '1' } as TakeSpec)).toThrow(
        refusal('EBADOPTION', new RegExp(`option "?${option}`)),
      );
    },
  );

  test.each<[TakeSpec, string]>([
    [{ name: '../x' }, 'EBADNAME'],
    [{ hostname: '-x' }, 'EBADHOSTNAME'],
    [{ publish: ['0'] }, 'EBADPORT'],
  ])('%j is refused', (spec, code) => {
    expect(() => readTake(spec)).toThrow(refusal(code, /./));
  });
});
