import type { NetworkInfo } from '../../../src/host/index.js';

export const created = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** What Docker has on record of its default bridge. */
const defaultOptions = {
  'com.docker.network.bridge.default_bridge': 'true',
  'com.docker.network.bridge.enable_icc': 'true',
  'com.docker.network.bridge.enable_ip_masquerade': 'true',
  'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
  'com.docker.network.bridge.name': 'netplumb0',
  'com.docker.network.driver.mtu': '1500',
};

const endpoint = {
  id: 'e'.repeat(64),
  network: 'b'.repeat(64),
  interface: 'eth0',
  hostInterface: 'veth3f2a9c01b2c',
  hostIndex: 1_000_000,
  address: '172.17.0.2',
  prefixLength: 16,
  gateway: '172.17.0.1',
  macAddress: '02:42:ac:11:00:02',
  mtu: 1500,
  gatewayPriority: 0,
};

/** The default network with a sandbox in it. */
export const bridge: NetworkInfo = {
  id: 'b'.repeat(64),
  name: 'bridge',
  driver: 'bridge',
  created,
  scope: 'local',
  internal: false,
  attachable: false,
  ipv6: false,
  subnets: [{ subnet: '172.17.0.0/16', gateway: '172.17.0.1' }],
  options: defaultOptions,
  labels: {},
  interface: 'netplumb0',
  endpoints: [{ sandbox: '3'.repeat(64), name: 'web', endpoint }],
};

/** One of both families with everything that can be said. */
export const shop: NetworkInfo = {
  ...bridge,
  id: '5'.repeat(64),
  name: 'shop',
  internal: true,
  attachable: true,
  ipv6: true,
  subnets: [
    {
      subnet: '10.10.0.0/16',
      gateway: '10.10.0.254',
      range: '10.10.4.0/24',
      auxiliary: { router: '10.10.0.5', nas: '10.10.0.6' },
    },
    { subnet: 'fd00:1::/64', gateway: 'fd00:1::1' },
  ],
  options: { 'com.docker.network.driver.mtu': '1400' },
  labels: { team: 'shop', stage: '' },
  interface: 'br-555555555555',
  endpoints: [
    {
      sandbox: 'f'.repeat(64),
      name: 'db',
      endpoint: {
        ...endpoint,
        id: 'd'.repeat(64),
        address: '10.10.4.0',
        address6: 'fd00:1::2',
        prefixLength6: 64,
        gateway: '10.10.0.254',
        gateway6: 'fd00:1::1',
        mtu: 1400,
        gatewayPriority: -1,
        aliases: ['database', 'sql'],
      },
    },
    {
      sandbox: 'a'.repeat(64),
      name: 'cache',
      endpoint: {
        id: 'c'.repeat(64),
        network: '5'.repeat(64),
        interface: 'eth1',
        address: '10.10.4.1',
        prefixLength: 16,
        macAddress: '02:42:0a:0a:04:01',
        mtu: 1400,
        gatewayPriority: 0,
      },
    },
  ],
};

/** One that consists of nothing. */
export const none: NetworkInfo = {
  id: '0'.repeat(64),
  name: 'none',
  driver: 'null',
  created,
  scope: 'local',
  internal: false,
  attachable: false,
  ipv6: false,
  subnets: [],
  options: {},
  labels: {},
  endpoints: [],
};
