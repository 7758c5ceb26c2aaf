import { describe, expect, test } from 'vitest';
import { nameServerAddresses, networkHasNames } from '../../../../src/naming/index.js';
import type { NetworkRecord } from '../../../../src/store/index.js';

const flags = { internal: false, attachable: false, ipv6: true, ours: true };
const subnets = [
  { subnet: '10.1.0.0/24', gateway: '10.1.0.1' },
  { subnet: 'fd01::/64', gateway: 'fd01::1' },
];
const web: NetworkRecord = {
  ...{ id: 'a'.repeat(64), name: 'web', driver: 'bridge', created: 0 },
  ...{ ...flags, subnets, options: {}, labels: {} },
};

describe('networkHasNames', () => {
  test.each<[string, Partial<NetworkRecord>]>([
    ['a bridge', {}],
    ['point to point links', { driver: 'ptp' }],
    ['an internal network', { internal: true }],
    ['a network that asks for names', { options: { 'netplumb.dns': 'true' } }],
  ])('%s has names, at each of its gateways', (_, record) => {
    expect(networkHasNames({ ...web, ...record })).toBe(true);
    expect(nameServerAddresses({ ...web, ...record })).toEqual(['10.1.0.1', 'fd01::1']);
  });

  test.each<[string, Partial<NetworkRecord>]>([
    ['the default network', { name: 'bridge' }],
    ['the network of the host', { name: 'host', driver: 'host' }],
    ['the network none', { name: 'none', driver: 'null' }],
    ['macvlans, which cannot talk to the host', { driver: 'macvlan' }],
    ['a network without a gateway', { subnets: [{ subnet: '10.1.0.0/24' }] }],
    ['a network that wants none', { options: { 'netplumb.dns': 'false' } }],
    ['a network that wants none, in Go', { options: { 'netplumb.dns': 'F' } }],
  ])('%s has none, and nobody listens there', (_, record) => {
    expect(networkHasNames({ ...web, ...record })).toBe(false);
    expect(nameServerAddresses({ ...web, ...record })).toEqual([]);
  });

  test('a subnet without a gateway has nobody to ask', () => {
    const some = [{ subnet: '10.1.0.0/24' }, { subnet: 'fd01::/64', gateway: 'fd01::1' }];
    expect(nameServerAddresses({ ...web, subnets: some })).toEqual(['fd01::1']);
  });
});
