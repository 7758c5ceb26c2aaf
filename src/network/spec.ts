import { parseLabel, parseName } from '../address/index.js';
import { newError } from '../errors/index.js';
import { isBuiltin } from './builtin.js';
import type { Driver } from './driver.js';
import { driverOf } from './drivers/index.js';
import { type NetworkOptions, readNetworkOptions } from './options.js';

/** A network to be made. */
export interface NetworkSpec {
  /** Unique on the host; not that of a mode. */
  readonly name: string;
  /** `bridge` (the default), `macvlan` or `ptp`. */
  readonly driver?: string | undefined;
  /** NETWORK/PREFIX, one or several, of either family. Default: out of the pools. */
  readonly subnet?: string | readonly string[] | undefined;
  /** One for each subnet at most: it is that of the subnet it lies in. Default: the first address. */
  readonly gateway?: string | readonly string[] | undefined;
  /** Where addresses are given out from: NETWORK/PREFIX inside a subnet. */
  readonly ipRange?: string | readonly string[] | undefined;
  /** Addresses that are never given out, by whose they are. */
  readonly auxAddress?: Readonly<Record<string, string>> | undefined;
  /** Leads nowhere else. */
  readonly internal?: boolean | undefined;
  readonly attachable?: boolean | undefined;
  /** Endpoints have an IPv6 address too: out of an IPv6 subnet that is given, or a random local one (RFC 4193). */
  readonly ipv6?: boolean | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** `com.docker.network.…` and the driver's own. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** A spec that was read, as far as it can be without looking at the host. */
export interface ReadSpec {
  readonly name: string;
  readonly driver: Driver;
  readonly options: NetworkOptions;
  readonly recorded: {
    readonly internal: boolean;
    readonly attachable: boolean;
    readonly ipv6: boolean;
    readonly options: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly subnets: readonly string[];
  readonly gateways: readonly string[];
  readonly ranges: readonly string[];
  readonly auxiliary: Readonly<Record<string, string>>;
}

/** Throws EUSAGE, EBADNAME, ENAMEINUSE for a builtin name, ENODRIVER, EBADOPTION. */
export function readNetworkSpec(spec: NetworkSpec): ReadSpec {
  if (typeof spec !== 'object' || spec === null) {
    throw newError('EUSAGE', { problem: "say what to make in an object, such as { name: 'web' }" });
  }
  const name = parseName(spec.name, 'network');
  if (isBuiltin(name) || name === 'default') {
    throw newError('EBUILTIN', { network: name, done: 'made' });
  }
  const driver = driverOf(spec.driver ?? 'bridge');
  const given = spec.options ?? {};
  const options = readNetworkOptions(given, driver.options);
  const { internal = false, attachable = false, ipv6 = false } = spec;
  checkGatewayModes(options, internal);
  return {
    name,
    driver,
    options,
    recorded: { internal, attachable, ipv6, options: { ...given }, labels: readLabels(spec.labels ?? {}) },
    subnets: listOf(spec.subnet),
    gateways: listOf(spec.gateway),
    ranges: listOf(spec.ipRange),
    auxiliary: spec.auxAddress ?? {},
  };
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

function readLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => parseLabel(`${key}=${value}`)));
}

/** As in Docker: a network without a gateway cannot lead anywhere. */
function checkGatewayModes({ gatewayModeIpv4, gatewayModeIpv6 }: NetworkOptions, internal: boolean): void {
  if (!internal && (gatewayModeIpv4 === 'isolated' || gatewayModeIpv6 === 'isolated')) {
    const option = `com.docker.network.bridge.gateway_mode_ipv${gatewayModeIpv4 === 'isolated' ? 4 : 6}`;
    throw newError('EBADOPTION', { option, value: 'isolated', reason: 'only an internal network can have no gateway' });
  }
}
