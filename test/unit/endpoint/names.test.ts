import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NamesSpec, readNames } from '../../../src/endpoint/names.js';
import { NetplumbError } from '../../../src/errors/index.js';

describe('readNames', () => {
  test('reads all there is to say', () => {
    const wish = readNames({
      dns: ['192.0.2.1', '2001:DB8::1'],
      dnsSearch: ['shop.example', 'example'],
      dnsOptions: ['ndots:2'],
      addHosts: ['db:192.0.2.7', 'gate=host-gateway'],
      env: ['A=1', 'B=x=y', 'A=2'],
      files: true,
    });
    expect(wish).toEqual({
      naming: {
        servers: ['192.0.2.1', '2001:db8::1'],
        search: ['shop.example', 'example'],
        options: ['ndots:2'],
        hosts: [
          { name: 'db', address: '192.0.2.7' },
          { name: 'gate', address: 'host-gateway' },
        ],
      },
      env: ['B=x=y', 'A=2'],
      files: true,
    });
  });

  test('what was not asked for is not on record', () => {
    const nothing = { naming: undefined, env: [], files: false };
    expect(readNames({})).toEqual(nothing);
    expect(readNames({ dns: [], dnsSearch: [], dnsOptions: [], addHosts: [], env: [] })).toEqual(nothing);
    expect(readNames({ env: ['A=1'] })).toEqual({ ...nothing, env: ['A=1'] });
    expect(readNames({ dns: ['192.0.2.1'] }).naming).toEqual({ servers: ['192.0.2.1'] });
  });

  test('to search no domain is something else than to ask for nothing', () => {
    expect(readNames({ dnsSearch: ['.'] }).naming).toEqual({ search: [] });
  });

  test('hosts of one name are all there, in their order', () => {
    const hosts = ['db:192.0.2.8', 'db:192.0.2.7'];
    expect(readNames({ addHosts: hosts }).naming?.hosts?.map(({ address }) => address)).toEqual([
      '192.0.2.8',
      '192.0.2.7',
    ]);
  });

  test.each<[string, object]>([
    ['dns', { dns: '192.0.2.1' }],
    ['dns', { dns: ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'] }],
    ['dns', { dns: ['dns.example'] }],
    ['dns-search', { dnsSearch: ['a b'] }],
    ['dnsSearch', { dnsSearch: 7 }],
    ['dnsOptions', { dnsOptions: null }],
    ['dns', { dns: '' }],
    ['env', { env: null }],
    ['dns-option', { dnsOptions: ['ndots:2\nnameserver 192.0.2.9'] }],
    ['add-host', { addHosts: ['db'] }],
    ['addHosts', { addHosts: 'db:192.0.2.7' }],
    ['env', { env: ['A'] }],
    ['env', { env: { A: '1' } }],
    ['files', { files: 'yes' }],
  ])('refuses with the name of the option: %s, %j', (option, spec) => {
    expect(() => readNames(spec as NamesSpec)).toThrow(
      expect.objectContaining({ code: 'EBADOPTION', message: expect.stringContaining(`option "${option}" cannot be`) }),
    );
  });

  test('whatever is given, nothing but its own errors comes out', () => {
    const names = fc.constantFrom('dns', 'dnsSearch', 'dnsOptions', 'addHosts', 'env', 'files');
    const value = fc.oneof(fc.anything(), fc.array(fc.oneof(fc.string(), fc.anything())));
    fc.assert(
      fc.property(fc.dictionary(names, value), (spec) => {
        try {
          readNames(spec as NamesSpec);
        } catch (error) {
          expect(error).toBeInstanceOf(NetplumbError);
        }
      }),
      { examples: [[{ dns: { toString: false } }], [{ files: Object.create(null) }]] },
    );
  });
});
