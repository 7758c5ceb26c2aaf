import { describe, expect, test } from 'vitest';
import type { PublishedPort } from '../../../src/address/index.js';
import { formatHostPorts, formatPorts } from '../../../src/cli/format/port.js';

const ports: PublishedPort[] = [
  { protocol: 'udp', port: 53, hostAddress: '127.0.0.1', hostPort: 53 },
  { protocol: 'tcp', port: 443, hostPort: 8443 },
  { protocol: 'tcp', port: 53, hostAddress: '0.0.0.0', hostPort: 53 },
  { protocol: 'udp', port: 53, hostAddress: '::1', hostPort: 5353 },
  { protocol: 'tcp', port: 9 },
];

describe('published ports', () => {
  test('are shown as docker port shows them, in the order of the ports of the sandbox', () => {
    expect(formatPorts(ports).split('\n')).toEqual([
      '9/tcp',
      '53/tcp -> 0.0.0.0:53',
      '53/udp -> 127.0.0.1:53',
      '53/udp -> [::1]:5353',
      '443/tcp -> 0.0.0.0:8443',
      '443/tcp -> [::]:8443',
      '',
    ]);
  });

  test('of which one was asked for are shown without it', () => {
    expect(formatHostPorts(ports.filter(({ port }) => port === 443))).toBe('0.0.0.0:8443\n[::]:8443\n');
  });

  test('may be none', () => {
    expect(formatPorts([])).toBe('');
  });
});
