import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig, readConfigFile } from '../../../src/cli/config-file.js';
import { hostOptions } from '../../../src/cli/global-options.js';

const path = '/etc/netplumb.json';

function problem(text: string): string {
  try {
    parseConfig(path, text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'EBADOPTION' });
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

describe('a configuration', () => {
  test('may be empty', () => {
    expect(parseConfig(path, '{}')).toEqual({});
  });

  test('has the keys of daemon.json', () => {
    const text = '{ "bridge": "br0", "bip": "10.0.0.1/24", "mtu": 1400, "default-gateway": "10.0.0.254" }';
    expect(parseConfig(path, text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['{"bridg": "br0"}', 'it has an unknown key "bridg"; did you mean "bridge"?'],
    ['{"registry-mirrors": []}', 'it has an unknown key "registry-mirrors"'],
    ['{"a\\nb": 1}', 'it has an unknown key "a\\nb"'],
    ['{"mtu": "1400"}', 'its key "mtu" must be a number, not "1400"'],
    ['{"mtu": null}', 'its key "mtu" must be a number, not null'],
    ['{"bridge": 1}', 'its key "bridge" must be a string, not 1'],
    ['{"default-gateway": {}}', 'its key "default-gateway" must be a string, not Object'],
    ['[]', 'it is not a JSON object'],
    ['null', 'it is not a JSON object'],
    ['"bridge"', 'it is not a JSON object'],
  ])('%s is refused, by the name of the key', (text, reason) => {
    expect(problem(text)).toBe(`option "config" cannot be "${path}": ${reason}`);
  });

  test.each(['', '{', '{"mtu": 1400,}', 'bridge: br0'])('%j is refused as no JSON', (text) => {
    expect(problem(text)).toContain('it is not JSON: ');
  });

  test('of whatever JSON is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          parseConfig(path, text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'EBADOPTION' });
        }
      }),
    );
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

  test('that were not given are left to the library', async () => {
    expect(await hostOptions({}, {})).toEqual({});
    expect(await hostOptions({ runDir: '/a', hostNetns: '/b', bridge: 'br0', bip: 'c' }, {})).toEqual({
      runDir: '/a',
      netns: '/b',
      bridge: 'br0',
      bip: 'c',
    });
  });

  test.each(['', '67', '1500.5', '0x5dc', 'many'])('take no MTU like %j', async (mtu) => {
    await expect(hostOptions({ mtu }, {})).rejects.toMatchObject({ code: 'EBADMTU' });
  });
});
