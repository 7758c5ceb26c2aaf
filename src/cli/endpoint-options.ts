import type { Command } from 'commander';
import type { AttachSpec } from '../endpoint/index.js';
import type { Call } from './command.js';

/** Adds what `run` and `attach` both understand. */
export function addEndpointOptions(command: Command): void {
  command
    .option('--name <name>', 'name of the sandbox, unique on the host (default: the first 12 characters of its id)')
    .option('--net, --network <mode>', 'bridge, none, host or container:NAME|ID (default: bridge)')
    .option('--ip <address>', 'IPv4 address out of the subnet of the bridge (default: the next one)')
    .option('--mac-address <address>', 'MAC address (default: 02:42 and the four bytes of the IPv4 address)')
    .option('--default-gateway <address>', 'gateway of the default route (default: the address of the bridge)');
}

/** What they were given. */
export function endpointSpec({ name, network, ip, macAddress, defaultGateway }: Call['options']): AttachSpec {
  return { name, network, ip, macAddress, defaultGateway } as Readonly<Record<string, string | undefined>>;
}
