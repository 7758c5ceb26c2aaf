import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderHosts } from '../../../../src/naming/files/hosts.js';
import { isLocal, parseResolvConf, renderResolvConf } from '../../../../src/naming/files/resolv-conf.js';

const anyName = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]{1,5})?$/);
const anyServer = fc.constantFrom('10.0.0.53', '8.8.8.8', '127.0.0.53', 'fd00::53', '::1', 'fe80::1%eth0');

describe('hosts', () => {
  test("begins with Docker's lines, and has a name of an address once", () => {
    expect(renderHosts([{ address: '172.17.0.2', names: ['web', 'web', 'db'] }])).toBe(
      [
        '127.0.0.1\tlocalhost',
        '::1\tlocalhost ip6-localhost ip6-loopback',
        'fe00::\tip6-localnet',
        'ff00::\tip6-mcastprefix',
        'ff02::1\tip6-allnodes',
        'ff02::2\tip6-allrouters',
        '172.17.0.2\tweb db',
        '',
      ].join('\n'),
    );
  });

  test('has one line for each that it is given, whatever they say', () => {
    const anyLine = fc.record({ address: anyServer, names: fc.uniqueArray(anyName, { minLength: 1, maxLength: 4 }) });
    fc.assert(
      fc.property(fc.array(anyLine), (lines) => {
        const found = renderHosts(lines).trimEnd().split('\n').slice(6);
        expect(found.map((line) => line.split('\t'))).toEqual(
          lines.map((line) => [line.address, line.names.join(' ')]),
        );
      }),
    );
  });
});

describe('resolv.conf', () => {
  test('that was written is read as what was meant', () => {
    const anyConf = fc.record({
      servers: fc.array(anyServer, { maxLength: 4 }),
      search: fc.array(anyName, { maxLength: 6 }),
      options: fc.array(fc.constantFrom('ndots:0', 'rotate', 'timeout:3'), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(anyConf, (conf) => {
        expect(parseResolvConf(renderResolvConf(conf))).toEqual(conf);
      }),
    );
  });

  test('is read as glibc reads it', () => {
    const text = [
      '# nameserver 1.1.1.1',
      '; nameserver 1.1.1.2',
      ' nameserver 1.1.1.3',
      'nameserver\t10.0.0.1   # the first',
      'nameserver 10.0.0.2\r',
      'nameserver FD00:0::53',
      'nameserver fe80::1%eth0',
      'nameserver 10.0.0.2/8',
      'nameserver 10.0.0.300',
      'nameserver 10.0.0.1%eth0',
      'nameserver fe80::1%',
      'nameserver',
      'nameservers 1.1.1.4',
      'domain one.example two.example',
      'search three.example four.example ; five.example',
      'options ndots:2',
      'options rotate  timeout:1',
      'sortlist 10.0.0.0',
    ].join('\n');
    expect(parseResolvConf(text)).toEqual({
      servers: ['10.0.0.1', '10.0.0.2', 'fd00::53', 'fe80::1%eth0'],
      search: ['three.example', 'four.example'],
      options: ['ndots:2', 'rotate', 'timeout:1'],
    });
    expect(parseResolvConf('search a b\ndomain c d').search).toEqual(['c']);
    expect(parseResolvConf('search a b\nsearch .').search).toEqual([]);
  });

  test('may be anything: what is passed on has neither spaces nor control characters in it', () => {
    const anyText = fc.string({
      unit: fc.constantFrom(...'nameserver search domain options 10.:f%#;\n\t\r\0\u00a0\u2028é\x1b'),
      maxLength: 300,
    });
    const anyKeyword = fc.constantFrom('nameserver ', 'search ', 'domain\t', 'options ');
    const anyFile = fc
      .array(fc.tuple(anyKeyword, anyText).map(([keyword, rest]) => keyword + rest))
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(anyFile, (text) => {
        const { servers, search, options } = parseResolvConf(text);
        expect([...servers, ...search, ...options].filter((part) => !/^[!-~]+$/.test(part))).toEqual([]);
      }),
    );
  });

  test('has servers that mean something to the host only', () => {
    const local = [
      '127.0.0.53',
      '127.1.2.3',
      '::1',
      '0.0.0.0',
      '::',
      'fe80::1',
      'fe80::1%eth0',
      'fd00::1%eth0',
      '::ffff:127.0.0.1',
    ];
    expect(local.filter((server) => !isLocal(server))).toEqual([]);
    expect(['10.0.0.1', 'fd00::1', '12.7.0.1', '2001:db8::1', '169.254.169.254'].filter(isLocal)).toEqual([]);
  });
});
