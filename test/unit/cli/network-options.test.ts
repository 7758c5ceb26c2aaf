import { Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { addNetworkOptions, networkSpec } from '../../../src/cli/network-options.js';

/** What `network create` makes of these words. */
function specOf(...words: string[]) {
  const command = new Command('create')
    .argument('<name>')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  addNetworkOptions(command);
  command.parse(words, { from: 'user' });
  return networkSpec(command.args[0] ?? '', command.opts());
}

describe('a network to be created', () => {
  test('is one of which only the name is known', () => {
    expect(specOf('web')).toEqual({
      name: 'web',
      driver: undefined,
      subnet: [],
      gateway: [],
      ipRange: [],
      auxAddress: {},
      internal: false,
      attachable: false,
      ipv6: false,
      labels: {},
      options: {},
    });
  });

  test('has all that it was given, repeated or with commas', () => {
    const given = [
      ['-d', 'macvlan'],
      ['--subnet', '10.1.0.0/16,10.2.0.0/16', '--subnet=fd00::/64'],
      ['--gateway', '10.1.0.1', '--gateway', '10.2.0.1,fd00::1'],
      ['--ip-range', '10.1.4.0/24'],
      ['--aux-address', 'router=10.1.0.5,nas=10.1.0.6', '--aux-address', 'dns=fd00:0::5'],
      ['--internal', '--attachable', '--ipv6'],
      ['--label', 'team=shop,cart', '--label', 'stage'],
      ['-o', 'parent=eth0', '--opt', 'com.docker.network.driver.mtu=1400', '-o', 'flag'],
      ['--ipam-driver', 'default', '--scope', 'local'],
    ];
    expect(specOf(...given.flat(), 'web')).toEqual({
      name: 'web',
      driver: 'macvlan',
      subnet: ['10.1.0.0/16', '10.2.0.0/16', 'fd00::/64'],
      gateway: ['10.1.0.1', '10.2.0.1', 'fd00::1'],
      ipRange: ['10.1.4.0/24'],
      auxAddress: { router: '10.1.0.5', nas: '10.1.0.6', dns: 'fd00::5' },
      internal: true,
      attachable: true,
      ipv6: true,
      labels: { team: 'shop,cart', stage: '' },
      options: { parent: 'eth0', 'com.docker.network.driver.mtu': '1400', flag: '' },
    });
  });

  test('may do without names, on record as an option of its driver', () => {
    expect(specOf('--disable-dns', '-o', 'parent=eth0', 'web').options).toEqual({
      parent: 'eth0',
      'netplumb.dns': 'false',
    });
    expect(specOf('-o', 'netplumb.dns=true', 'web').options).toEqual({ 'netplumb.dns': 'true' });
  });

  test.each([
    [['--disable-dns', '-o', 'netplumb.dns=true'], 'EBADOPTION'],
    [['--disable-dns', '-o', 'netplumb.dns=false'], 'EBADOPTION'],
    [['--aux-address', 'router'], 'EBADOPTION'],
    [['--aux-address', 'router=10.0.0'], 'EBADADDR'],
    [['--aux-address', 'a=10.0.0.1', '--aux-address', 'a=10.0.0.2'], 'EBADOPTION'],
    [['--label', '=x'], 'EBADOPTION'],
  ])('cannot have %j', (words, code) => {
    expect(() => specOf(...words, 'web')).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['--ipam-driver', 'dhcp'],
    ['--scope', 'swarm'],
  ])('has no %s %s', (...words) => {
    expect(() => specOf(...words, 'web')).toThrow(CommanderError);
  });
});
