import { describe, expect, it } from 'vitest';
import { endpointSpecs, mostEndpoints } from '../../../benchmarks/peers/peer.js';
import { type Listed, missingFrom } from '../../../benchmarks/peers/verify.js';

const [endpoint] = endpointSpecs(1) as [ReturnType<typeof endpointSpecs>[number]];

const complete: Listed = {
  links: [
    { ifname: 'lo', flags: ['LOOPBACK', 'UP', 'LOWER_UP'], addr_info: [] },
    {
      ifname: 'eth0',
      address: '02:42:ac:11:00:02',
      flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
      addr_info: [{ family: 'inet', local: '172.17.0.2', prefixlen: 16 }],
    },
  ],
  routes: [
    { dst: 'default', gateway: '172.17.0.1', dev: 'eth0' },
    { dst: '172.17.0.0/16', dev: 'eth0' },
  ],
};
const [lo, eth0] = complete.links as [Listed['links'][number], Listed['links'][number]];

describe('missingFrom', () => {
  it('finds nothing missing from a complete endpoint', () => {
    expect(missingFrom(endpoint, complete)).toEqual([]);
  });

  it.each<[string, Partial<Listed>]>([
    ['eth0 up', { links: [lo, { ...eth0, flags: ['BROADCAST', 'MULTICAST'] }] }],
    ['MAC 02:42:ac:11:00:02', { links: [lo, { ...eth0, address: '02:42:ac:11:00:03' }] }],
    [
      'address 172.17.0.2/16',
      { links: [lo, { ...eth0, addr_info: [{ family: 'inet', local: '172.17.0.2', prefixlen: 24 }] }] },
    ],
    ['default route through 172.17.0.1', { routes: complete.routes.slice(1) }],
    ['lo up', { links: [{ ...lo, flags: ['LOOPBACK'] }, eth0] }],
  ])('misses %s', (part, difference) => {
    expect(missingFrom(endpoint, { ...complete, ...difference })).toEqual([part]);
  });

  it('misses everything from an empty sandbox', () => {
    expect(missingFrom(endpoint, { links: [], routes: [] })).toHaveLength(5);
  });
});

describe('endpointSpecs', () => {
  it('derives the MAC from the address', () => {
    expect(endpointSpecs(16).at(-1)).toEqual({
      sandbox: 's15',
      path: '/run/netns/s15',
      hostEnd: 'veth15',
      address: '172.17.0.17',
      mac: '02:42:ac:11:00:11',
      hostPort: 10_015,
    });
  });

  it('counts over the last byte, in address and MAC alike', () => {
    const all = endpointSpecs(mostEndpoints);
    expect(all.at(254)).toMatchObject({ address: '172.17.1.0', mac: '02:42:ac:11:01:00' });
    expect(all.at(-1)).toMatchObject({ address: '172.17.3.233', mac: '02:42:ac:11:03:e9' });
    expect(new Set(all.map(({ address }) => address)).size).toBe(mostEndpoints);
  });
});
