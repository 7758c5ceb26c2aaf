import { describe, expect, test } from 'vitest';
import { networkToJson } from '../../../src/cli/format/network-json.js';
import { bridge, none, shop } from './network-samples.js';

/** What Docker 17.06 to 27 print for `docker network inspect bridge` with one container, as its documents show it. */
const dockers = {
  Name: 'bridge',
  Id: 'b2b1a2cba717161d984383fd68218cf70bbbd17d328496885f7c921333228b0f',
  Created: '2016-10-19T04:33:30.360899459Z',
  Scope: 'local',
  Driver: 'bridge',
  EnableIPv6: false,
  IPAM: { Driver: 'default', Options: null, Config: [{ Subnet: '172.17.42.1/16', Gateway: '172.17.42.1' }] },
  Internal: false,
  Attachable: false,
  Ingress: false,
  ConfigFrom: { Network: '' },
  ConfigOnly: false,
  Containers: {
    bda12f8922785d1f160be70736f26c1e331ab8aaf8ed8d56728508f2e2fd4727: {
      Name: 'container2',
      EndpointID: '0aebb8fcd2b282abe1365979536f21ee4ceaf3ed56177c628eae9f706e00e019',
      MacAddress: '02:42:ac:11:00:02',
      IPv4Address: '172.17.0.2/16',
      IPv6Address: '',
    },
  },
  Options: {
    'com.docker.network.bridge.default_bridge': 'true',
    'com.docker.network.bridge.enable_icc': 'true',
    'com.docker.network.bridge.enable_ip_masquerade': 'true',
    'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
    'com.docker.network.bridge.name': 'docker0',
    'com.docker.network.driver.mtu': '1500',
  },
  Labels: {},
};

/** Paths of all keys, in their order; ids are one key. */
function keyPaths(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = `${path}/${/^[0-9a-f]{64}$/.test(key) ? 'ID' : key}`;
    return [here, ...keyPaths(inner, here)];
  });
}

describe('a network in the form of Docker', () => {
  test('has the keys of the example in its documents, at every depth and in their order', () => {
    expect(keyPaths(networkToJson(bridge))).toEqual(keyPaths(dockers));
  });

  test('has the values', () => {
    expect(networkToJson(bridge)).toEqual({
      ...dockers,
      Id: bridge.id,
      Created: '2026-01-02T03:04:05.678000000Z',
      IPAM: { Driver: 'default', Options: {}, Config: [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }] },
      Containers: {
        ['3'.repeat(64)]: {
          Name: 'web',
          EndpointID: 'e'.repeat(64),
          MacAddress: '02:42:ac:11:00:02',
          IPv4Address: '172.17.0.2/16',
          IPv6Address: '',
        },
      },
      Options: bridge.options,
    });
  });

  test('of both families has all of both', () => {
    const { EnableIPv6, Internal, Attachable, IPAM, Containers, Options, Labels } = networkToJson(shop);
    expect({ EnableIPv6, Internal, Attachable }).toEqual({ EnableIPv6: true, Internal: true, Attachable: true });
    // Compared as text: the order counts, as in what Go prints.
    expect(JSON.stringify({ IPAM, Options, Labels })).toBe(
      JSON.stringify({
        IPAM: {
          Driver: 'default',
          Options: {},
          Config: [
            {
              Subnet: '10.10.0.0/16',
              IPRange: '10.10.4.0/24',
              Gateway: '10.10.0.254',
              AuxiliaryAddresses: { nas: '10.10.0.6', router: '10.10.0.5' },
            },
            { Subnet: 'fd00:1::/64', Gateway: 'fd00:1::1' },
          ],
        },
        Options: { 'com.docker.network.driver.mtu': '1400' },
        Labels: { stage: '', team: 'shop' },
      }),
    );
    expect(Object.keys(Containers)).toEqual(['a'.repeat(64), 'f'.repeat(64)]);
    expect(Containers['f'.repeat(64)]).toMatchObject({ IPv4Address: '10.10.4.0/16', IPv6Address: 'fd00:1::2/64' });
    expect(Containers['a'.repeat(64)]).toMatchObject({ IPv4Address: '10.10.4.1/16', IPv6Address: '' });
  });

  test('that consists of nothing has all keys none the less', () => {
    const { IPAM, Containers, Options, Labels, ...flags } = networkToJson(none);
    expect({ IPAM, Containers, Options, Labels }).toEqual({
      IPAM: { Driver: 'default', Options: {}, Config: [] },
      Containers: {},
      Options: {},
      Labels: {},
    });
    expect(flags).toMatchObject({ Name: 'none', Driver: 'null', Scope: 'local' });
    expect(Object.keys(networkToJson(none))).toEqual(Object.keys(dockers));
  });

  test('has what Docker does not know under one key, and only when asked', () => {
    const { Netplumb, ...rest } = networkToJson(shop, { verbose: true });
    expect(rest).toEqual(networkToJson(shop));
    expect(Netplumb).toEqual({
      Interface: 'br-555555555555',
      Endpoints: {
        ['a'.repeat(64)]: {
          Interface: 'eth1',
          HostInterface: null,
          Gateway: null,
          IPv6Gateway: null,
          MTU: 1400,
          GatewayPriority: 0,
          Aliases: [],
        },
        ['f'.repeat(64)]: {
          Interface: 'eth0',
          HostInterface: 'veth3f2a9c01b2c',
          Gateway: '10.10.0.254',
          IPv6Gateway: 'fd00:1::1',
          MTU: 1400,
          GatewayPriority: -1,
          Aliases: ['database', 'sql'],
        },
      },
    });
    expect(networkToJson(none, { verbose: true }).Netplumb).toEqual({ Interface: null, Endpoints: {} });
  });
});
