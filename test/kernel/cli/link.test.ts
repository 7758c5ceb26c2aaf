import { expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { run } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

test('link joins two sandboxes by the addresses that are given, and --remove takes it away', async () => {
  using host = new TestHost();
  host.attach('--create', '--name', 'left', '--net', 'none');
  host.attach('--create', '--name', 'right', '--net', 'none');
  const text = host.netplumb('link', 'left', 'right', '--ip', '10.1.1.1', '--ip', '10.1.1.2');
  expect(text.replaceAll(/ +/g, ' ')).toBe(
    'SANDBOX INTERFACE ADDRESS MAC ADDRESS\n' +
      'left eth0 10.1.1.1 02:42:0a:01:01:01\n' +
      'right eth0 10.1.1.2 02:42:0a:01:01:02\n',
  );
  run('ip', 'netns', 'exec', 'left', 'ping', '-c1', '-W2', '-q', '10.1.1.2');
  expect(host.netplumb('link', '--remove', 'left', 'right')).toBe('left\nright\n');
  expect(() => run('ip', '-n', 'right', 'link', 'show', 'eth0')).toThrow('does not exist');
  host.netplumb('detach', 'left', 'right');
  await host.expectNothing();
});

test('link prints both ends as JSON, and refuses one address for two ends', async () => {
  using host = new TestHost();
  host.attach('--create', '--name', 'left', '--net', 'none');
  host.attach('--create', '--name', 'right', '--net', 'none');
  expect(JSON.parse(host.netplumb('link', '--json', 'left', 'right'))).toMatchObject([
    { sandbox: 'left', endpoint: { interface: 'eth0', prefixLength: 32 } },
    { sandbox: 'right', endpoint: { interface: 'eth0', prefixLength: 32 } },
  ]);
  expect(host.call(['link', 'left', 'right', '--ip', '10.1.1.1'])).toMatchObject({ status: 2 });
  host.netplumb('detach', 'left', 'right');
  await host.expectNothing();
});
