import type { Command } from 'commander';
import type { AttachSpec } from '../endpoint/index.js';
import { type Call, repeated } from './command.js';
import { addNameOptions, nameSpec } from './name-options.js';
import { textsOf } from './network-options.js';

/** Adds what `run` and `attach` both understand. */
export function addEndpointOptions(command: Command): void {
  command
    .option('--name <name>', 'name of the sandbox, unique on the host (default: the first 12 characters of its id)')
    .option('--net, --network <mode>', 'bridge, none, host, container:NAME|ID or a network (default: bridge)')
    .option(
      '-p, --publish <port>',
      '[ADDRESS:][HOST-PORT]:PORT[/tcp|udp|sctp] is reached on the host; several',
      repeated,
    )
    .option('-P, --publish-all', 'publish every exposed port on a port of the host that is free')
    .option('--expose <port>', 'PORT[/tcp|udp|sctp] that the sandbox serves, or a range; several', repeated)
    .option('--link <name>', 'NAME|ID[:ALIAS] of a sandbox whose exposed ports it may reach; several', repeated)
    .option('--ip <address>', 'IPv4 address out of a subnet of the network (default: the next one)')
    .option('--ip6 <address>', 'IPv6 address, in a network that has them (default: the next one)')
    .option('--mac-address <address>', 'MAC address (default: 02:42 and the four bytes of the IPv4 address)')
    .option('--default-gateway <address>', 'gateway of the default route (default: that of the network)')
    .option('--from-pool', 'take one that was built ahead (see "netplumb pool"); build it if there is none');
  addNameOptions(command);
}

/** What they were given; variables that are only named have the value that `environment` has. Throws EBADOPTION. */
export function endpointSpec(options: Call['options'], environment: NodeJS.ProcessEnv): AttachSpec {
  const { name, network, ip, ip6, macAddress, defaultGateway } = options;
  const texts = { name, network, ip, ip6, macAddress, defaultGateway } as Readonly<Record<string, string | undefined>>;
  return { ...texts, ...serviceSpec(options), ...nameSpec(options, environment) };
}

/** Those that were not given are left out: modes without an endpoint take none. */
function serviceSpec({ publish, publishAll, expose, link }: Call['options']) {
  return {
    ...(publish !== undefined && { publish: textsOf(publish) }),
    ...(publishAll === true && { publishAll }),
    ...(expose !== undefined && { expose: textsOf(expose) }),
    ...(link !== undefined && { links: textsOf(link) }),
  };
}
