import type { Command } from 'commander';
import type { AttachSpec } from '../endpoint/index.js';
import type { Call } from './command.js';

/** Adds what `run` and `attach` both understand. */
export function addEndpointOptions(command: Command): void {
  command
    .option('--name <name>', 'name of the sandbox, unique on the host (default: the first 12 characters of its id)')
    .option('--net, --network <mode>', 'bridge, none, host, container:NAME|ID or a network (default: bridge)')
    .option('--ip <address>', 'IPv4 address out of a subnet of the network (default: the next one)')
    .option('--ip6 <address>', 'IPv6 address, in a network that has them (default: the next one)')
    .option('--mac-address <address>', 'MAC address (default: 02:42 and the four bytes of the IPv4 address)')
    .option('--default-gateway <address>', 'gateway of the default route (default: that of the network)');
}

/** What they were given. */
export function endpointSpec({ name, network, ip, ip6, macAddress, defaultGateway }: Call['options']): AttachSpec {
  return { name, network, ip, ip6, macAddress, defaultGateway } as Readonly<Record<string, string | undefined>>;
}
