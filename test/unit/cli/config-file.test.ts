import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keys } from '../../../src/cli/config/keys.js';
import { parseConfig, readConfigFile } from '../../../src/cli/config/read.js';
import { hostOptions } from '../../../src/cli/global-options.js';
import { NetplumbError } from '../../../src/errors/index.js';
import { readOptions } from '../../../src/host/options.js';

const path = '/etc/netplumb.json';

function refusal(text: string): NetplumbError {
  try {
    parseConfig(path, text);
  } catch (error) {
    expect(error).toBeInstanceOf(NetplumbError);
    return error as NetplumbError;
  }
  throw new Error('was accepted');
}

/** What follows the name of the file, and LINE:COLUMN. */
function problem(text: string): [reason: string, place: string] {
  const { code, message, object = '' } = refusal(text);
  expect(code).toBe('EBADOPTION');
  const [, line, column, reason] =
    /^option "config" cannot be ".*": line (\d+), column (\d+): (.*)$/.exec(message) ?? [];
  expect(object).toBe(`${path}:${line}:${column}`);
  return [reason ?? message, `${line}:${column}`];
}

/** Everything that daemon.json can say of networks. */
const full = {
  bridge: 'br0',
  bip: '10.0.0.1/24',
  'fixed-cidr': '10.0.0.128/25',
  'default-gateway': '10.0.0.254',
  'default-gateway-v6': 'fd00::fe',
  mtu: 1400,
  icc: true,
  ip: '192.0.2.1',
  'ip-forward': false,
  'ip-masq': false,
  iptables: false,
  'firewall-backend': 'none',
  dns: ['192.0.2.53', 'fd00::53'],
  'dns-search': ['shop.example', 'lan'],
  'dns-opts': ['ndots:2'],
  'default-address-pools': [
    { base: '10.10.0.0/16', size: 24 },
    { size: 64, base: 'fd00:1::/48' },
  ],
  ipv6: true,
  'fixed-cidr-v6': 'fd00::/64',
};

describe('a configuration', () => {
  test('may be empty', () => {
    expect(parseConfig(path, '{}')).toEqual({});
  });

  test('has the network keys of daemon.json, under the names of the library', () => {
    expect(Object.keys(full)).toEqual([...keys.keys()]);
    const options = parseConfig(path, JSON.stringify(full, null, 2));
    expect(options).toEqual({
      bridge: 'br0',
      bip: '10.0.0.1/24',
      fixedCidr: '10.0.0.128/25',
      defaultGateway: '10.0.0.254',
      defaultGatewayV6: 'fd00::fe',
      mtu: 1400,
      icc: true,
      ip: '192.0.2.1',
      ipForward: false,
      ipMasq: false,
      iptables: false,
      firewall: 'none',
      dns: ['192.0.2.53', 'fd00::53'],
      dnsSearch: ['shop.example', 'lan'],
      dnsOptions: ['ndots:2'],
      defaultAddressPools: [
        { base: '10.10.0.0/16', size: 24 },
        { base: 'fd00:1::/48', size: 64 },
      ],
      ipv6: true,
      fixedCidrV6: 'fd00::/64',
    });
    expect(readOptions(options, {})).toMatchObject({ pools: full['default-address-pools'] });
  });

  test.each([
    ['{"icc": false, "ip": "127.0.0.1"}', { icc: false, ip: '127.0.0.1', firewall: 'nftables', ipForward: true }],
    ['{"ip-forward": false, "ip-masq": false}', { ipForward: false, ipMasq: false, firewall: 'nftables' }],
    ['{"firewall-backend": "iptables", "iptables": true}', { firewall: 'iptables' }],
    ['{"iptables": false}', { firewall: 'none' }],
  ])('says what the firewall is to do: %s', (text, expected) => {
    expect(readOptions(parseConfig(path, text), {})).toMatchObject(expected);
  });
});

describe('what is wrong in a configuration is said with line, column and key', () => {
  test.each<[text: string, place: string, reason: string]>([
    ['{"bridg": "br0"}', '1:2', 'unknown key "bridg"; did you mean "bridge"?'],
    ['{\n  "mtu": 1400,\n  "fixed_cidr": ""\n}', '3:3', 'unknown key "fixed_cidr"; did you mean "fixed-cidr"?'],
    ['{\r\n  "mtu": 1400,\r\n\t"DNS": []\r\n}', '3:2', 'unknown key "DNS"; did you mean "dns"?'],
    ['{"registry-mirrors": []}', '1:2', 'unknown key "registry-mirrors"'],
    ['{"a\\nb": 1}', '1:2', 'unknown key "a\\nb"'],
    ['{"__proto__": {"mtu": 1}}', '1:2', 'unknown key "__proto__"'],
    ['{"toString": 1}', '1:2', 'unknown key "toString"'],
    ['{"": 1}', '1:2', 'unknown key ""'],
    ['{"mtu": 1400, "bip": "10.0.0.1/8",\n"mtu": 1400}', '2:1', 'key "mtu" is there already'],
    ['{"mtu": "1400"}', '1:9', 'key "mtu" must be a number, not a string'],
    ['{"mtu":\n null}', '2:2', 'key "mtu" must be a number, not null'],
    ['{"bridge": 1}', '1:12', 'key "bridge" must be a string, not a number'],
    ['{"default-gateway": {}}', '1:21', 'key "default-gateway" must be a string, not an object'],
    ['{"ipv6": "true"}', '1:10', 'key "ipv6" must be a boolean, not a string'],
    ['{"dns": "192.0.2.1"}', '1:9', 'key "dns" must be an array, not a string'],
    ['{"dns-search": ["a.b",\n  false]}', '2:3', 'key "dns-search" must be a string, not a boolean'],
    ['{"dns-opts":\n [[]]}', '2:3', 'key "dns-opts" must be a string, not an array'],
    ['{"mtu": 67}', '1:9', 'key "mtu": 67 is not a valid MTU'],
    ['{"mtu": 1e999}', '1:9', 'key "mtu": Infinity is not a valid MTU'],
    [
      '{"bridge": "a/b"}',
      '1:12',
      'key "bridge": "a/b" is not a valid interface name: it has a character that is not allowed',
    ],
    ['{"ip": "192.0.2"}', '1:8', 'key "ip": "192.0.2" is not a valid IP address'],
    ['{"dns":\n[\n"192.0.2"]}', '3:1', 'option "dns" cannot be "192.0.2": it is not an IP address'],
    [
      '{"dns": ["192.0.2.1", "192.0.2.2",\n"192.0.2.3", "192.0.2.4"]}',
      '1:9',
      'option "dns" cannot be "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4": resolvers heed 3 name servers',
    ],
    [
      '{"dns-search":\n [".", "lan"]}',
      '2:2',
      'option "dns-search" cannot be ". lan": "." means that no domain is searched, and stands alone',
    ],
    ['{"dns-search": ["-"]}', '1:17', 'option "dns-search" cannot be "-": it is not a domain'],
    ['{"dns-opts": ["a b"]}', '1:15', 'option "dns-opts" cannot be "a b": it is not an option of resolv.conf'],
    [
      '{"firewall-backend": "nft"}',
      '1:22',
      'option "firewall-backend" cannot be "nft": it is none of nftables, iptables and none',
    ],
    ['[]', '1:1', 'it is not a JSON object'],
    ['\n null', '2:2', 'it is not a JSON object'],
    ['"bridge"', '1:1', 'it is not a JSON object'],
  ])('%j', (text, place, reason) => {
    expect(problem(text)).toEqual([reason, place]);
  });

  test.each<[value: string, place: string, reason: RegExp]>([
    ['{}', '2:1', /must be an array, not an object$/],
    ['[\n"10.0.0.0/8"]', '3:1', /must be an object, not a string$/],
    ['[{"base": "10.0.0.0/8",\n"sise": 8}]', '3:1', /^unknown key "sise"; did you mean "size"\?$/],
    ['[{"base": "10.0.0.0/8",\n"base": "10.0.0.0/8"}]', '3:1', /^key "base" is there already$/],
    ['[\n {"base": "10.0.0.0/8"}]', '3:2', /the pool has no "size"$/],
    ['[\n {"size": 8}]', '3:2', /the pool has no "base"$/],
    ['[{"base":\n8, "size": 8}]', '3:1', /must be a string, not a number$/],
    ['[{"base": "10.0.0.0/8", "size":\n"8"}]', '3:1', /must be a number, not a string$/],
    ['[{"size": 24, "base":\n"10.0.0.0"}]', '3:1', /it has no prefix length$/],
    ['[{"size": 24, "base":\n"10.0.0.1/16"}]', '3:1', /bits behind the prefix|not zero|network address|bits/],
    ['[{"size": 24, "base":\n"127.0.0.0/16"}]', '3:1', /loopback/],
    ['[{"base": "10.0.0.0/16", "size":\n15}]', '3:1', /size is not a number from/],
    ['[{"base": "10.0.0.0/16", "size":\n32}]', '3:1', /size is not a number from/],
    ['[{"base": "10.0.0.0/16", "size":\n24.5}]', '3:1', /size is not a number from/],
    [
      '[{"base": "10.0.0.0/16", "size": 24},\n{"base": "10.1.0.0/16", "size": 24},\n{"base": "10.0.0.0/8", "size": 24}]',
      '4:10',
      /overlaps 10\.0\.0\.0\/16$/,
    ],
  ])('default-address-pools: %s', (value, place, reason) => {
    const [said, where] = problem(`{"default-address-pools":\n${value}}`);
    expect(said).toMatch(reason);
    expect(where).toBe(place);
  });

  test.each<[keys: string, reason: string]>([
    [
      '"bip": "10.0.0.1/24",\n"fixed-cidr": "10.0.1.0/25"',
      'key "fixed-cidr": it is not inside the subnet of the bridge',
    ],
    ['"default-gateway":\n"10.0.1.1", "bip": "10.0.0.1/24"', 'key "default-gateway": it is not inside the subnet of'],
    [
      '"ipv6": false,\n"fixed-cidr-v6": "fd00::/64"',
      'key "fixed-cidr-v6": it would have no effect: ipv6 is not switched on',
    ],
    [
      '"firewall-backend": "none",\n"icc": false',
      'key "icc": without a firewall nobody keeps sandboxes of one network apart',
    ],
    ['"iptables": false,\n"icc": false', 'key "icc": without a firewall nobody keeps sandboxes of one network apart'],
    ['"iptables": false,\n"firewall-backend": "nftables"', 'key "firewall-backend": iptables is switched off'],
    ['\n"default-gateway-v6": "fd00::1"', 'key "default-gateway-v6": it would have no effect: ipv6 is not switched on'],
  ])('keys that do not fit together: %s', (text, reason) => {
    const [said, place] = problem(`{${text}}`);
    expect(said).toContain(reason);
    expect(place).toMatch(/^2:/);
  });

  test('with what to do about it', () => {
    expect(refusal('{"bip": "10.0.0.0"}').hint).toMatch(/^Write an address and a prefix length/);
    expect(refusal('{"bib": "10.0.0.0"}').hint).toBe(`The keys are ${[...keys.keys()].join(', ')}.`);
    expect(refusal('{"default-address-pools": [{"x": 1}]}').hint).toBe('The keys are base, size.');
  });

  test.each<[text: string, place: string, reason: string]>([
    ['', '1:1', 'a value is missing'],
    ['{', '1:2', '"}" is missing'],
    ['{"dns": [', '1:10', '"]" is missing'],
    ['{"mtu": 1400,\n}', '2:1', 'a key in double quotes is missing'],
    ['{"mtu": 1400\n"bip": ""}', '2:1', '"," is missing'],
    ['{"mtu" 1400}', '1:8', '":" is missing'],
    ['{"mtu": }', '1:9', 'a value is missing'],
    ['{}\n{}', '2:1', 'something follows the end of the object'],
    ['// networks\n{}', '1:1', 'JSON has no comments'],
    ['{\n  /* networks */}', '2:3', 'JSON has no comments'],
    ['{"mtu": 1400 /*', '1:14', 'JSON has no comments'],
    ['{"bip": "10', '1:9', 'the closing quote is missing'],
    ['{"bip": "\\x"}', '1:9', 'it has a backslash before the wrong character'],
    ['{"bip": "\\u00"}', '1:9', 'it has "\\u" without four hexadecimal digits'],
    ['{"bip": "\t"}', '1:9', 'it has a control character'],
    ['{"mtu": 1.}', '1:9', 'it is not a number'],
    ['bridge: br0', '1:1', 'this is nothing that JSON knows'],
    ['\ufeff{}', '1:1', 'this is nothing that JSON knows'],
    ['{"é😀": 1, x}', '1:11', 'this is nothing that JSON knows'],
  ])('no JSON: %j', (text, place, reason) => {
    expect(problem(text)).toEqual([`it is not JSON: ${reason}`, place]);
  });

  test('of any depth', () => {
    expect(problem('['.repeat(100_000))).toEqual(['it is nested too deeply', '1:1']);
  });

  test('nor is an endless key compared at length', () => {
    const started = performance.now();
    expect(problem(`{"${'b'.repeat(4_000_000)}": 1}`)[0]).toMatch(/^unknown key "bbb.*/);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('options', () => {
  let directory: string;
  let file: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'netplumb-'));
    file = join(directory, 'config.json');
    writeFileSync(file, '{ "bip": "10.0.0.1/24", "mtu": 1400, "default-gateway": "10.0.0.254" }');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('of the file have the names of the library', () => {
    expect(readConfigFile(file)).toEqual({ bip: '10.0.0.1/24', mtu: 1400, defaultGateway: '10.0.0.254' });
  });

  test('of the command line win over those of the file', async () => {
    expect(await hostOptions({ config: file, mtu: '1300' }, {})).toEqual({
      bip: '10.0.0.1/24',
      mtu: 1300,
      defaultGateway: '10.0.0.254',
    });
  });

  test('name the file itself on the command line before the environment', async () => {
    const elsewhere = { NETPLUMB_CONFIG: '/nowhere' };
    expect(await hostOptions({ config: file }, elsewhere)).toMatchObject({ mtu: 1400 });
    expect(await hostOptions({}, { NETPLUMB_CONFIG: file })).toMatchObject({ mtu: 1400 });
    await expect(hostOptions({}, elsewhere)).rejects.toMatchObject({ message: expect.stringContaining('/nowhere') });
    expect(await hostOptions({}, { NETPLUMB_CONFIG: '' })).toEqual({});
  });

  test.each([
    ['/nowhere', 'there is no such file'],
    ['/', 'it cannot be read (EISDIR)'],
    ['a\0b', 'it cannot be read (ERR_INVALID_ARG_VALUE)'],
  ])('cannot be in the file %j', (config, reason) => {
    expect(() => readConfigFile(config)).toThrow(
      expect.objectContaining({ code: 'EBADOPTION', message: expect.stringContaining(reason) }),
    );
  });

  test('that were not given are left to the library', async () => {
    expect(await hostOptions({}, {})).toEqual({});
    const given = { runDir: '/a', stateDir: '/s', hostNetns: '/b', bridge: 'br0', bip: 'c', fixedCidr: 'd' };
    const pool = 'size=24,base=10.0.0.0/8';
    expect(await hostOptions({ ...given, firewall: 'none', defaultAddressPool: [pool] }, {})).toEqual({
      runDir: '/a',
      stateDir: '/s',
      netns: '/b',
      bridge: 'br0',
      bip: 'c',
      fixedCidr: 'd',
      firewall: 'none',
      defaultAddressPools: [{ base: '10.0.0.0/8', size: 24 }],
    });
  });

  test.each(['', '67', '1500.5', '0x5dc', 'many'])('take no MTU like %j', async (mtu) => {
    await expect(hostOptions({ mtu }, {})).rejects.toMatchObject({ code: 'EBADMTU' });
  });

  test.each([
    '',
    '10.0.0.0/8',
    'base=10.0.0.0/8',
    'size=8',
    'base=10.0.0.0/8,size=',
    'base=10.0.0.0/8,size=x',
    'base=10.0.0.0/8,size=8,size=8',
    'base=10.0.0.0/8,sise=8',
    'base=10.0.0.0/8,base=10.0.0.0/8',
  ])('take no pool like %j', async (pool) => {
    await expect(hostOptions({ defaultAddressPool: [pool] }, {})).rejects.toMatchObject({ code: 'EBADOPTION' });
  });
});
