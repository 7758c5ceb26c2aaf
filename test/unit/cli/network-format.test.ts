import { describe, expect, test } from 'vitest';
import { formatEndpoint } from '../../../src/cli/format/endpoint.js';
import { formatNetworks, sortNetworks } from '../../../src/cli/format/network.js';
import { fieldNames, formatChosen, parseFields } from '../../../src/cli/format/network-fields.js';
import { plain } from '../../../src/cli/format/style.js';
import { bridge, created, none, shop } from './network-samples.js';

describe('networks', () => {
  test('are listed as Docker lists them, to the blank', () => {
    expect(formatNetworks([bridge, none, shop], plain, { short: true })).toBe(
      [
        'NETWORK ID     NAME      DRIVER    SCOPE',
        'bbbbbbbbbbbb   bridge    bridge    local',
        '000000000000   none      null      local',
        '555555555555   shop      bridge    local',
        '',
      ].join('\n'),
    );
  });

  test('have wider columns where they need them', () => {
    const long = { ...shop, name: 'a-rather-long-name', driver: 'a-driver-too' };
    expect(formatNetworks([long], plain)).toBe(
      [
        `${'NETWORK ID'.padEnd(64)}   NAME                 DRIVER         SCOPE`,
        `${'5'.repeat(64)}   a-rather-long-name   a-driver-too   local`,
        '',
      ].join('\n'),
    );
  });

  test('are in order by name, with numbers as numbers', () => {
    const named = ['web10', 'bridge', 'web9', 'Web8', 'none', 'host'].map((name) => ({ ...shop, name }));
    expect(sortNetworks(named).map(({ name }) => name)).toEqual(['bridge', 'host', 'none', 'Web8', 'web9', 'web10']);
  });
});

describe('chosen fields', () => {
  test('are in the order in which they were named, with tabs between them', () => {
    expect(formatChosen([bridge, shop], parseFields('name, id,subnet'), { short: true })).toBe(
      'bridge\tbbbbbbbbbbbb\t172.17.0.0/16\nshop\t555555555555\t10.10.0.0/16,fd00:1::/64\n',
    );
    expect(formatChosen([shop], parseFields('id'))).toBe(`${shop.id}\n`);
  });

  test('may be all of them', () => {
    const all = parseFields(fieldNames);
    const values = formatChosen([shop], all).trimEnd().split('\t');
    expect(Object.fromEntries(all.map((field, i) => [field, values[i]]))).toEqual({
      id: shop.id,
      name: 'shop',
      driver: 'bridge',
      scope: 'local',
      created: new Date(created).toISOString(),
      subnet: '10.10.0.0/16,fd00:1::/64',
      range: '10.10.4.0/24',
      gateway: '10.10.0.254,fd00:1::1',
      aux: 'router=10.10.0.5,nas=10.10.0.6',
      ipv6: 'true',
      internal: 'true',
      attachable: 'true',
      options: 'com.docker.network.driver.mtu=1400',
      labels: 'team=shop,stage=',
      interface: 'br-555555555555',
      sandboxes: 'db,cache',
    });
    expect(formatChosen([none], parseFields('subnet,gateway,interface,name'))).toBe('\t\t\tnone\n');
  });

  test('keep a line a line and a value whole', () => {
    const value = `one\ttwo\n${'x'.repeat(500)}`;
    expect(formatChosen([{ ...shop, labels: { key: value } }], parseFields('labels'))).toBe(
      `key=one\\ttwo\\n${'x'.repeat(500)}\n`,
    );
  });

  test.each([
    ['subnets', 'option "format" cannot be "subnets": there is no field "subnets"; did you mean "subnet"?'],
    ['id,', 'option "format" cannot be "id,": there is no field ""'],
    ['{{.ID}}', 'option "format" cannot be "{{.ID}}": there is no field "{{.ID}}"'],
    ['toString', 'option "format" cannot be "toString": there is no field "toString"'],
  ])('%j are refused', (text, message) => {
    expect(() => parseFields(text)).toThrow(
      expect.objectContaining({ code: 'EBADOPTION', message, hint: expect.stringContaining('id, name, driver') }),
    );
  });
});

describe('an endpoint', () => {
  test('is shown one field a line', () => {
    const [db, cache] = shop.endpoints;
    expect(db && formatEndpoint(db.endpoint, plain)).toBe(
      [
        'Network:         bbbbbbbbbbbb',
        'Interface:       eth0',
        'Address:         10.10.4.0/16',
        'IPv6 address:    fd00:1::2/64',
        'MAC address:     02:42:ac:11:00:02',
        'Gateway:         10.10.0.254',
        'IPv6 gateway:    fd00:1::1',
        'Aliases:         database, sql',
        'MTU:             1400',
        'Host interface:  veth3f2a9c01b2c',
        '',
      ].join('\n'),
    );
    expect(cache && formatEndpoint(cache.endpoint, plain)).toBe(
      'Network:      555555555555\nInterface:    eth1\nAddress:      10.10.4.1/16\nMAC address:  02:42:0a:0a:04:01\nMTU:          1400\n',
    );
  });
});
