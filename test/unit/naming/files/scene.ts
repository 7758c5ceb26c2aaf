import { newId } from '../../../../src/address/index.js';
import {
  addNetwork,
  addSandbox,
  type EndpointRecord,
  type NetworkRecord,
  type SandboxRecord,
  type Store,
} from '../../../../src/store/index.js';

/** A network on record; by default one that somebody has made. */
export function addedNetwork(store: Store, change: Partial<NetworkRecord> = {}): NetworkRecord {
  const flags = { internal: false, attachable: false, ipv6: false, ours: true };
  const rest = { driver: 'bridge', created: 0, options: {}, labels: {}, interface: 'br0' };
  const subnets = [{ subnet: '10.1.0.0/16', gateway: '10.1.0.1' }];
  const network = { id: newId(), name: 'inner', ...flags, ...rest, subnets, ...change };
  store.transaction((tables) => addNetwork(tables, network));
  return network;
}

/** A network with IPv6, too. */
export const dualStack = {
  ipv6: true,
  subnets: [
    { subnet: '10.2.0.0/16', gateway: '10.2.0.1' },
    { subnet: 'fd00:2::/64', gateway: 'fd00:2::1' },
  ],
};

export function endpointOn(
  { id }: NetworkRecord,
  address: string,
  change: Partial<EndpointRecord> = {},
): EndpointRecord {
  const own = { id: newId(), network: id, interface: 'eth0', address, prefixLength: 16 };
  return { ...own, macAddress: '02:42:ac:11:00:02', mtu: 1500, gatewayPriority: 0, ...change };
}

/** A sandbox that has asked for files. */
export function sandboxOf(change: Partial<SandboxRecord> = {}): SandboxRecord {
  const own = { id: newId(), name: 'web', hostname: 'web-host', owner: '', bound: false, created: 0, files: true };
  const rest = { mode: 'bridge', state: 'ready', netns: { kind: 'created' }, endpoints: [] } as const;
  return { ...own, ...rest, ...change } as SandboxRecord;
}

/** The same, put on record; with what it is linked to, if anything. */
export function addedSandbox(store: Store, change: Partial<SandboxRecord> = {}): SandboxRecord {
  const record = sandboxOf(change);
  store.transaction((tables) => {
    addSandbox(tables, record);
    for (const { name } of record.links ?? []) {
      tables.linkers.putSync(name, [...(tables.linkers.get(name) ?? []), record.id]);
    }
  });
  return record;
}
