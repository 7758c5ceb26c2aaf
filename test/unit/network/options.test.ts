import { describe, expect, test } from 'vitest';
import { driverOf } from '../../../src/network/drivers/index.js';
import { readNetworkOptions } from '../../../src/network/options.js';

const known = driverOf('bridge').options;

test.each([
  ['com.docker.network.host_ipv4', '192.0.2.9', { hostIpv4: '192.0.2.9' }],
  ['com.docker.network.host_ipv6', '2001:DB8:0::9', { hostIpv6: '2001:db8::9' }],
  ['netplumb.spoof_guard', 'true', { spoofGuard: true }],
  ['netplumb.spoof_guard', 'F', { spoofGuard: false }],
  ['netplumb.dns', 'false', { dns: false }],
  ['netplumb.dns', '1', { dns: true }],
])('%s=%s', (name, text, read) => {
  expect(readNetworkOptions({ [name]: text }, known)).toEqual(read);
});

test.each([
  ['com.docker.network.host_ipv4', '192.0.2'],
  ['com.docker.network.host_ipv4', '0.0.0.0'],
  ['com.docker.network.host_ipv4', '127.0.0.1'],
  ['com.docker.network.host_ipv4', '2001:db8::9'],
  ['com.docker.network.host_ipv4', '192.0.2.9; accept'],
  ['com.docker.network.host_ipv6', '::'],
  ['com.docker.network.host_ipv6', '::1'],
  ['com.docker.network.host_ipv6', '192.0.2.9'],
  ['com.docker.network.host_ipv6', 'fe80::1%eth0'],
  ['netplumb.spoof_guard', 'yes'],
  ['netplumb.dns', ''],
  ['netplumb.dns', 'no'],
])('%s=%s is refused', (name, text) => {
  expect(() => readNetworkOptions({ [name]: text }, known)).toThrow(expect.objectContaining({ code: 'EBADOPTION' }));
});

describe('drivers', () => {
  const own = [
    ...(['com.docker.network.host_ipv4', 'com.docker.network.host_ipv6'] as const),
    ...(['netplumb.spoof_guard', 'netplumb.dns'] as const),
  ];

  test.each(['bridge', 'ptp'])('%s heeds them', (driver) => {
    expect(driverOf(driver).options).toEqual(expect.arrayContaining([...own]));
  });

  test.each(own)('macvlan passes the host by: it has no %s', (name) => {
    expect(driverOf('macvlan').options).not.toContain(name);
  });
});
