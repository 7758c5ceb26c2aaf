import { describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../../src/address/index.js';
import type { HostOptions } from '../../../src/host/index.js';
import { readOptions } from '../../../src/host/options.js';

const refusal = (code: string) => expect.objectContaining({ code });

describe('readOptions', () => {
  test('nothing asked for: the caller is the host, records under /run', () => {
    const defaults = { runDir: '/run/netplumb', netns: '/proc/thread-self/ns/net' };
    expect(readOptions({}, {})).toEqual(defaults);
    expect(readOptions({}, { NETPLUMB_RUN_DIR: '', NETPLUMB_HOST_NETNS: '' })).toEqual(defaults);
  });

  test('what is given counts before the environment', () => {
    const environment = { NETPLUMB_RUN_DIR: '/run/other', NETPLUMB_HOST_NETNS: '/run/netns/other' };
    expect(readOptions({}, environment)).toMatchObject({ runDir: '/run/other', netns: '/run/netns/other' });
    const given = { runDir: '/run/mine', netns: '/run/netns/mine' };
    expect(readOptions(given, environment)).toMatchObject(given);
  });

  test('addresses and numbers are read', () => {
    const options = { bridge: 'br0', bip: '10.1.0.1/16', mtu: 9000, defaultGateway: '10.1.0.254' };
    expect(readOptions(options, {})).toMatchObject({ ...options, defaultGateway: parseIpv4('10.1.0.254') });
  });

  test.each<[string, HostOptions]>([
    ['EBADIFNAME', { bridge: '' }],
    ['EBADIFNAME', { bridge: 'a/b' }],
    ['EBADIFNAME', { bridge: 'sixteen-letters-' }],
    ['EBADIFNAME', { bridge: 'br 0' }],
    ['EBADIFNAME', { bridge: 'br%d' }],
    ['EBADCIDR', { bip: '10.1.0.1' }],
    ['EBADCIDR', { bip: '10.1.0.0/16' }],
    ['EBADCIDR', { bip: '10.1.255.255/16' }],
    ['EBADCIDR', { bip: '127.0.0.1/8' }],
    ['EBADMTU', { mtu: 0 }],
    ['EBADMTU', { mtu: Number.NaN }],
    ['EBADADDR', { defaultGateway: '10.1.0' }],
    ['EBADOPTION', { runDir: '' }],
    ['EBADOPTION', { runDir: '/run/\0' }],
    ['EBADOPTION', { netns: '' }],
    ['EBADOPTION', { netns: 7 as unknown as string }],
  ])('refuses with %s: %j', (code, options) => {
    expect(() => readOptions(options, {})).toThrow(refusal(code));
  });
});
