import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NetplumbError } from '../../../src/errors/index.js';
import type { HostOptions } from '../../../src/host/index.js';
import { type ReadOptions, readOptions } from '../../../src/host/options.js';
import { defaultPools } from '../../../src/ipam/index.js';

const refusal = (code: string) => expect.objectContaining({ code });

describe('readOptions', () => {
  test('nothing asked for: the caller is the host, records under /run, networks under /var/lib', () => {
    const defaults = {
      runDir: '/run/netplumb',
      stateDir: '/var/lib/netplumb',
      netns: '/proc/thread-self/ns/net',
      pools: defaultPools,
      firewall: 'nftables',
      ipForward: true,
    };
    expect(readOptions({}, {})).toEqual(defaults);
    expect(readOptions({ runDir: undefined, mtu: undefined }, {})).toEqual(defaults);
    const empty = { NETPLUMB_RUN_DIR: '', NETPLUMB_STATE_DIR: '', NETPLUMB_HOST_NETNS: '', NETPLUMB_FIREWALL: '' };
    expect(readOptions({}, empty)).toEqual(defaults);
  });

  test('what is given counts before the environment', () => {
    const environment = {
      NETPLUMB_RUN_DIR: '/run/other',
      NETPLUMB_STATE_DIR: '/srv/other',
      NETPLUMB_HOST_NETNS: '/run/netns/other',
      NETPLUMB_FIREWALL: 'none',
    };
    const found = { runDir: '/run/other', stateDir: '/srv/other', netns: '/run/netns/other', firewall: 'none' };
    expect(readOptions({}, environment)).toMatchObject(found);
    const given = { runDir: '/run/mine', stateDir: '/srv/mine', netns: '/run/netns/mine', firewall: 'none' as const };
    expect(readOptions(given, { ...environment, NETPLUMB_FIREWALL: 'nftables' })).toMatchObject(given);
  });

  test('values are read, and returned in the one way that they are written here', () => {
    const options = { bridge: 'br0', bip: '10.1.0.1/16', fixedCidr: '10.1.8.0/24', defaultGateway: '10.1.0.254' };
    const six = { ipv6: true, fixedCidrV6: 'FD00:0::/64', defaultGatewayV6: 'fd00:0:0::FE' };
    const read: Partial<ReadOptions> = { ...options, mtu: 9000, ipv6: true, fixedCidrV6: 'fd00::/64' };
    expect(readOptions({ ...options, ...six, mtu: 9000 }, {})).toMatchObject({ ...read, defaultGatewayV6: 'fd00::fe' });
    const pools = [{ base: '10.0.0.0/8', size: 24 }];
    expect(readOptions({ defaultAddressPools: pools }, {})).toMatchObject({ pools });
  });

  test.each<[string, object]>([
    ['EBADIFNAME', { bridge: '' }],
    ['EBADIFNAME', { bridge: 'a/b' }],
    ['EBADIFNAME', { bridge: 'sixteen-letters-' }],
    ['EBADIFNAME', { bridge: 'br 0' }],
    ['EBADIFNAME', { bridge: 'br%d' }],
    ['EBADIFNAME', { bridge: null }],
    ['EBADCIDR', { bip: '10.1.0.1' }],
    ['EBADCIDR', { bip: '10.1.0.0/16' }],
    ['EBADCIDR', { bip: '10.1.255.255/16' }],
    ['EBADCIDR', { bip: '127.0.0.1/8' }],
    ['EBADCIDR', { fixedCidr: '10.1.0.1/24' }],
    ['EBADCIDR', { fixedCidr: 'fd00::/64' }],
    ['EBADCIDR', { fixedCidrV6: '10.0.0.0/8', ipv6: true }],
    ['EBADMTU', { mtu: 0 }],
    ['EBADMTU', { mtu: Number.NaN }],
    ['EBADADDR', { defaultGateway: '10.1.0' }],
    ['EBADADDR', { defaultGateway: 'fd00::1' }],
    ['EBADADDR', { defaultGatewayV6: '10.1.0.1', ipv6: true }],
    ['EBADADDR', { ip: 'localhost' }],
    ['EBADOPTION', { runDir: '' }],
    ['EBADOPTION', { runDir: '/run/\0' }],
    ['EBADOPTION', { stateDir: '' }],
    ['EBADOPTION', { netns: '' }],
    ['EBADOPTION', { netns: 7 }],
    ['EBADOPTION', { ipv6: 'yes' }],
    ['EBADOPTION', { icc: 1 }],
    ['EBADOPTION', { firewall: 'pf' }],
    ['EBADOPTION', { dns: '192.0.2.1' }],
    ['EBADOPTION', { dns: ['a'] }],
    ['EBADOPTION', { dns: ['fe80::1%eth0'] }],
    ['EBADOPTION', { dns: ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'] }],
    ['EBADOPTION', { dnsSearch: ['.', 'lan'] }],
    ['EBADOPTION', { dnsSearch: ['a b'] }],
    ['EBADOPTION', { dnsOptions: ['ndots:2\nnameserver 192.0.2.9'] }],
    ['EBADOPTION', { defaultAddressPools: [{ base: '10.0.0.0/8', size: 4 }] }],
    // Contradictions.
    ['EBADOPTION', { bip: '10.1.0.1/16', fixedCidr: '10.2.0.0/24' }],
    ['EBADOPTION', { bip: '10.1.0.1/16', fixedCidr: '10.0.0.0/8' }],
    ['EBADOPTION', { bip: '10.1.0.1/16', defaultGateway: '10.2.0.1' }],
    ['EBADOPTION', { fixedCidrV6: 'fd00::/64' }],
    ['EBADOPTION', { defaultGatewayV6: 'fd00::1', ipv6: false }],
    ['EBADOPTION', { fixedCidrV6: 'fd00::/64', defaultGatewayV6: 'fd01::1', ipv6: true }],
  ])('refuses with %s: %j', (code, options) => {
    expect(() => readOptions(options, {})).toThrow(refusal(code));
  });

  test('how sandboxes look names up is what was asked for, and not there if nothing was', () => {
    const names = { dns: ['192.0.2.1', 'FD00::53'], dnsSearch: ['shop.example', 'lan'], dnsOptions: ['ndots:2'] };
    expect(readOptions(names, {})).toMatchObject({ ...names, dns: ['192.0.2.1', 'fd00::53'] });
    expect(readOptions({ dns: [], dnsSearch: [], dnsOptions: [] }, {})).toEqual(readOptions({}, {}));
    expect(readOptions({ dnsSearch: ['.'] }, {})).toMatchObject({ dnsSearch: [] });
  });

  test('the firewall is what the environment asks for, and none when iptables may not be touched', () => {
    expect(readOptions({}, { NETPLUMB_FIREWALL: 'iptables' })).toMatchObject({ firewall: 'iptables' });
    expect(() => readOptions({}, { NETPLUMB_FIREWALL: 'ipchains' })).toThrow(refusal('EBADOPTION'));
    expect(readOptions({ iptables: false }, {})).toMatchObject({ firewall: 'none' });
  });

  test.each<[HostOptions]>([
    [{ iptables: false, firewall: 'nftables' }],
    [{ iptables: false, icc: false }],
    [{ firewall: 'none', icc: false }],
  ])('a protection is never left out in silence: %j', (options) => {
    expect(() => readOptions(options, {})).toThrow(refusal('EBADOPTION'));
  });

  test('what is no option is refused, with the nearest one', () => {
    expect(() => readOptions({ bridg: 'br0' } as HostOptions, {})).toThrow('did you mean "bridge"?');
    expect(() => readOptions({ toString: 'br0' } as object, {})).toThrow('there is no such option');
  });

  test('the same values are good for each option as what it was read to', () => {
    const good: HostOptions = { ip: 'FD00::1', icc: true, ipMasq: false };
    const names: HostOptions = { dns: ['FD00::53'], dnsSearch: ['lan'], dnsOptions: ['rotate'] };
    const { pools, ...read } = readOptions({ ...good, ...names }, {});
    expect(readOptions({ ...read, defaultAddressPools: pools }, {})).toEqual({ ...read, pools });
  });

  test('whatever is given, nothing but its own errors comes out', () => {
    const names = [
      'bridge',
      'bip',
      'fixedCidr',
      'mtu',
      'ipv6',
      'dns',
      'dnsSearch',
      'dnsOptions',
      'defaultAddressPools',
      'firewall',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.anything()), (options) => {
        try {
          readOptions(options, {});
        } catch (error) {
          expect(error).toBeInstanceOf(NetplumbError);
        }
      }),
    );
  });
});
