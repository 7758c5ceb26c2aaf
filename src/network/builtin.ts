import { newId } from '../address/index.js';
import type { NetworkRecord } from '../store/index.js';

/** Names of the networks that are there from the start, as in Docker. */
export const defaultNetworkName = 'bridge';
const builtin = new Set([defaultNetworkName, 'host', 'none']);

/** The bridge that is made for the default network when none is named. */
export const defaultBridge = 'netplumb0';

export function isBuiltin(name: string): boolean {
  return builtin.has(name);
}

/** The records of `host` and `none`, which are made of nothing. */
export function emptyNetworks(): NetworkRecord[] {
  return [emptyNetwork('host', 'host'), emptyNetwork('none', 'null')];
}

function emptyNetwork(name: string, driver: string): NetworkRecord {
  const flags = { internal: false, attachable: false, ipv6: false, ours: false };
  return { id: newId(), name, driver, created: Date.now(), ...flags, subnets: [], options: {}, labels: {} };
}

/** What the host's options say of the default network, as far as it is recorded as options of the network. */
export interface RecordedDefaults {
  readonly icc?: boolean | undefined;
  readonly ipMasq?: boolean | undefined;
  readonly ip?: string | undefined;
  /** None of a bridge that was found: endpoints have the bridge's. */
  readonly mtu?: number | undefined;
}

/** What Docker has on record of its default bridge. */
export function defaultOptions(
  bridge: string,
  { icc = true, ipMasq = true, ip = '0.0.0.0', mtu }: RecordedDefaults,
): Readonly<Record<string, string>> {
  return {
    'com.docker.network.bridge.default_bridge': 'true',
    'com.docker.network.bridge.enable_icc': String(icc),
    'com.docker.network.bridge.enable_ip_masquerade': String(ipMasq),
    'com.docker.network.bridge.host_binding_ipv4': ip,
    'com.docker.network.bridge.name': bridge,
    ...(mtu !== undefined && { 'com.docker.network.driver.mtu': String(mtu) }),
  };
}
