import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addEndpointOptions, endpointSpec } from '../../../src/cli/endpoint-options.js';

/** What `run` and `attach` would be given by these words. */
function specOf(...words: string[]) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addEndpointOptions(command);
  const spec = endpointSpec(command.parse(words, { from: 'user' }).opts());
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

  test.each([['-p'], ['--expose'], ['--link']])('%s takes a value', (option) => {
    expect(() => specOf(option)).toThrow('argument missing');
  });
});
