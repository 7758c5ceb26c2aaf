import { type Command, Option } from 'commander';
import { parseAuxiliary, parseLabel } from '../address/index.js';
import { newError } from '../errors/index.js';
import type { NetworkSpec } from '../host/index.js';
import { type Call, repeated } from './command.js';

/** What says on record whether sandboxes find each other by name (src/network/options.ts). */
const dnsOption = 'netplumb.dns';

/** Adds what `network create` understands: Docker's options of these names. */
export function addNetworkOptions(command: Command): void {
  command
    .option('-d, --driver <driver>', 'bridge, macvlan or ptp (default: bridge)')
    .option('--subnet <subnet>', 'NETWORK/PREFIX; several, of both families (default: out of the pools)', repeated)
    .option('--gateway <address>', 'of the subnet that it lies in (default: its first address)', repeated)
    .option('--ip-range <range>', 'NETWORK/PREFIX in a subnet: addresses are given out from there', repeated)
    .option('--aux-address <name=address>', 'address in a subnet that something else has', repeated)
    .option('--ipv6', 'IPv6 addresses too, out of a subnet that is given or a random local one')
    .option('--internal', 'lead nowhere else: no default route')
    .option('--disable-dns', 'no name server: sandboxes in it do not find each other by name')
    .option('--attachable', 'kept and shown, without a meaning on one host')
    .option('--label <key=value>', 'text to be kept', repeated)
    .option('-o, --opt <key=value>', 'option of the driver: com.docker.network.driver.mtu=1400', repeated)
    .addOption(new Option('--ipam-driver <driver>', 'who gives out addresses').choices(['default']))
    .addOption(new Option('--scope <scope>', 'where the network is').choices(['local']));
}

/** What they were given. Throws EBADOPTION, EBADADDR. */
export function networkSpec(name: string, options: Call['options']): NetworkSpec {
  const { driver, internal, attachable, ipv6 } = options;
  return {
    name,
    driver: typeof driver === 'string' ? driver : undefined,
    subnet: listOf(options.subnet),
    gateway: listOf(options.gateway),
    ipRange: listOf(options.ipRange),
    auxAddress: auxiliaryOf(listOf(options.auxAddress)),
    internal: internal === true,
    attachable: attachable === true,
    ipv6: ipv6 === true,
    labels: Object.fromEntries(textsOf(options.label).map(parseLabel)),
    options: driverOptions(options),
  };
}

/** What an option was given that can be repeated. */
export function textsOf(value: Call['options'][string]): readonly string[] {
  return Array.isArray(value) ? value : [];
}

/** The same where each may have several, with commas between them. */
function listOf(value: Call['options'][string]): readonly string[] {
  return textsOf(value).flatMap((text) => text.split(','));
}

function auxiliaryOf(texts: readonly string[]): Readonly<Record<string, string>> {
  const addresses = texts.map(parseAuxiliary);
  const names = addresses.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw newError('EBADOPTION', { option: 'aux-address', value: twice, reason: 'that name is given twice' });
  }
  return Object.fromEntries(addresses);
}

/** Throws EBADOPTION for what says two things of the name server. */
function driverOptions({ opt, disableDns }: Call['options']): Readonly<Record<string, string>> {
  const options = Object.fromEntries(textsOf(opt).map(parseDriverOption));
  if (disableDns !== true) {
    return options;
  }
  const given = options[dnsOption];
  if (given !== undefined) {
    throw newError('EBADOPTION', {
      option: 'opt',
      value: `${dnsOption}=${given}`,
      reason: '--disable-dns says it already',
    });
  }
  return { ...options, [dnsOption]: 'false' };
}

/** KEY=VALUE, or KEY alone with nothing for its value, as in Docker; which keys there are is the driver's to know. */
function parseDriverOption(text: string): [key: string, value: string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
