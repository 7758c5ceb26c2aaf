import { expect, test } from 'vitest';
import { ChainHookNumber, ChainPolicy, Connection, listChains } from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';

expectNothingLeft();

test('files of /proc say what holds in the namespace of the connection, not in that of the caller', async () => {
  using one = new TestNetns();
  using other = new TestNetns();
  one.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  other.run('sh', '-c', 'echo 0 > /proc/sys/net/ipv4/ip_forward');
  one.run('ip', 'link', 'add', 'onlyhere', 'type', 'bridge');
  const paths = ['sys/net/ipv4/ip_forward', 'net/dev', 'sys/net/ipv4/no_such_parameter', 'sys/kernel/hostname'];
  await using connection = await Connection.open({ name: one.name });
  await using otherConnection = await Connection.open({ name: other.name });
  const [forward, links, ...refused] = await connection.readFiles(paths);
  expect(forward).toBe('1');
  expect(links).toContain('onlyhere:');
  expect(refused).toEqual([undefined, undefined]);
  const [otherForward, otherLinks] = await otherConnection.readFiles(paths);
  expect(otherForward).toBe('0');
  expect(otherLinks).not.toContain('onlyhere:');
});

test('chains of nf_tables are those of the namespace of the connection, or of the one that is asked for', async () => {
  using one = new TestNetns();
  using other = new TestNetns();
  one.run(
    'nft',
    'add table ip filter; add chain ip filter FORWARD { type filter hook forward priority -5; policy drop; }',
  );
  one.run('nft', 'add table inet mine; add chain inet mine ports');
  await using connection = await Connection.open({ name: one.name });
  expect(await connection.list(listChains())).toEqual([
    {
      family: 2,
      table: 'filter',
      name: 'FORWARD',
      hook: { number: ChainHookNumber.forward, priority: 2 ** 32 - 5 },
      policy: ChainPolicy.drop,
      type: 'filter',
    },
    { family: 1, table: 'mine', name: 'ports' },
  ]);
  await using otherConnection = await Connection.open({ name: other.name });
  expect(await otherConnection.list(listChains())).toEqual([]);
  expect(await otherConnection.list(listChains(), { name: one.name })).toHaveLength(2);
});
