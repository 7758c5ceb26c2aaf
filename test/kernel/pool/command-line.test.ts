import { describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestHost } from '../cli/host.js';

expectNothingLeft();

describe('netplumb pool', () => {
  test('fills, lists and drains what attach and run take with --from-pool', { timeout: 120_000 }, async () => {
    using host = new TestHost();
    host.netplumb('network', 'create', '--subnet', '10.10.0.0/16', '--disable-dns', 'web');
    expect(host.netplumb('pool', 'fill', '--size', '2', 'web')).toMatch(/^NETWORK .*\nweb +2 +- +-\n$/);
    host.netplumb('pool', 'fill', '--size=1', '--publish=80', 'web');
    expect(JSON.parse(host.netplumb('pool', 'ls', '--json'))).toMatchObject([
      { network: 'web', size: 1, publish: ['80/tcp'] },
      { network: 'web', size: 2, publish: [] },
    ]);
    expect(host.list()).toEqual([]);
    const refused = host.call(['network', 'rm', 'web']);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringMatching(/in use by its pool\n.*pool drain web/) });

    const one = host.attach('--from-pool', '--net=web', '--name', 'one');
    expect(one).toMatchObject({ name: 'one', source: 'pool', files: { hosts: expect.any(String) } });
    // The one whose port was published ahead is that which is taken.
    const published = host.attach('--from-pool', '--net=web', '-p', '80');
    expect(published).toMatchObject({ source: 'pool', ports: [{ port: 80, hostPort: expect.any(Number) }] });
    expect(host.netplumb('run', '--from-pool', '--net=web', '--hostname=inside', 'hostname')).toBe('inside\n');
    expect(JSON.parse(host.netplumb('pool', 'ls', '--json'))).toEqual([]);
    expect(host.attach('--from-pool', '--net=web')).toMatchObject({ source: 'built' });

    host.netplumb('pool', 'fill', '--size', '2', 'web');
    expect(host.netplumb('pool', 'drain', 'web')).toBe('2\n');
    host.netplumb('detach', ...host.list().map(({ id }) => id));
    host.netplumb('network', 'rm', 'web');
    await host.expectNothing();
  });

  test.each([
    [['pool', 'fill', 'web'], 2, /--size/],
    [['pool', 'fill', '--size', '0', 'web'], 2, /option "?size/],
    [['pool', 'fill', '--size', '1e3', 'web'], 2, /option "?size/],
    [['pool', 'fill', '--size', '2', 'nowhere'], 1, /no network/],
    [['pool', 'fill', '--size', '2', 'host'], 2, /nothing to build ahead/],
    [['pool', 'drain', 'nowhere'], 1, /no network/],
    [['attach', '--from-pool', '--create'], 2, /brings its own namespaces/],
    [['attach', '--from-pool', '--ip', '10.0.0.9'], 2, /complete/],
    [['run', '--from-pool', '--mac-address', '02:42:00:00:00:01', 'true'], 125, /complete/],
  ])('%j is refused', (args, status, message) => {
    using host = new TestHost();
    expect(host.call(args)).toMatchObject({ status, stderr: expect.stringMatching(message) });
  });
});
