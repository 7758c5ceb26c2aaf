import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addEndpointOptions, endpointSpec } from '../../../src/cli/endpoint-options.js';

const environment = { HOME: '/root', EMPTY: '' };

/** What `run` and `attach` would be given by these words. */
function specOf(...words: string[]) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addEndpointOptions(command);
  const spec = endpointSpec(command.parse(words, { from: 'user' }).opts(), environment);
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
}

describe('options of run and attach', () => {
  test('ask for nothing when none is given', () => {
    expect(specOf()).toEqual({});
  });

  test('become a spec, in the order in which they were given', () => {
    const words = ['-p', '8080:80', '--publish=53:53/udp', '-P', '--expose', '5000-5010', '--expose=9/udp'];
    expect(specOf(...words, '--link', 'db', '--link=cache:redis', '--name', 'web', '--net=lab')).toEqual({
      name: 'web',
      network: 'lab',
      publish: ['8080:80', '53:53/udp'],
      publishAll: true,
      expose: ['5000-5010', '9/udp'],
      links: ['db', 'cache:redis'],
    });
    expect(specOf('-p8080:80', '--publish-all')).toEqual({ publish: ['8080:80'], publishAll: true });
  });

  test('say how names are looked up', () => {
    const words = ['--dns', '192.0.2.1', '--dns=fd00::53', '--dns-search', 'shop.example', '--dns-search=lan'];
    const others = [
      '--dns-option',
      'ndots:2',
      '--dns-opt=rotate',
      '--add-host',
      'db:192.0.2.7',
      '--add-host=gate:host-gateway',
    ];
    expect(specOf(...words, ...others, '-h', 'web', '--network-alias', 'cache', '--net-alias=redis')).toEqual({
      hostname: 'web',
      dns: ['192.0.2.1', 'fd00::53'],
      dnsSearch: ['shop.example', 'lan'],
      dnsOptions: ['ndots:2', 'rotate'],
      addHosts: ['db:192.0.2.7', 'gate:host-gateway'],
      networkAliases: ['cache', 'redis'],
    });
    expect(specOf('--hostname=web')).toEqual({ hostname: 'web' });
  });

  test('a variable has the value that is given, else that of the caller, and goes if there is none', () => {
    expect(specOf('-e', 'A=1', '--env=B=x=y', '-e', 'HOME', '-eEMPTY', '--env', 'NONE', '-e', 'C=')).toEqual({
      env: ['A=1', 'B=x=y', 'HOME=/root', 'EMPTY=', 'C='],
    });
    expect(specOf('-e', 'NONE')).toEqual({ env: [] });
  });

  test.each(['', 'A B', '1A', 'A-B', 'A\nB', '__proto__ '])('a variable cannot be called %j', (name) => {
    expect(() => specOf('-e', name)).toThrow(expect.objectContaining({ code: 'EBADOPTION' }));
  });

  test('names that objects have without being asked are no variables', () => {
    expect(specOf('-e', 'toString', '-e', '__proto__')).toEqual({ env: [] });
  });

  test.each([
    ['-p'],
    ['--expose'],
    ['--link'],
    ['--dns'],
    ['--dns-search'],
    ['--dns-option'],
    ['--add-host'],
    ['--network-alias'],
    ['--env'],
    ['--hostname'],
  ])('%s takes a value', (option) => {
    expect(() => specOf(option)).toThrow('argument missing');
  });
});
