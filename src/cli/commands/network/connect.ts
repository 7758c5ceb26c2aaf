import type { Command } from 'commander';
import { newError } from '../../../errors/index.js';
import type { ConnectOptions } from '../../../host/index.js';
import { type Call, examples, repeated } from '../../command.js';
import { formatEndpoint } from '../../format/endpoint.js';
import { openNamedHost } from '../../global-options.js';
import { textsOf } from '../../network-options.js';

export function define(command: Command): void {
  command
    .argument('<network>', 'name, id or beginning of the id of a network')
    .argument('<sandbox>', 'name, id or beginning of the id of a sandbox')
    .option('--ip <address>', 'IPv4 address out of a subnet of the network (default: the next one)')
    .option('--ip6 <address>', 'IPv6 address, in a network that has them (default: the next one)')
    .option('--mac-address <address>', 'MAC address (default: 02:42 and the four bytes of the IPv4 address)')
    .option('--alias <name>', 'further name of the sandbox in that network; several', repeated)
    .option(
      '--gw-priority <number>',
      'the endpoint with the highest has the default route; may be below 0 (default: 0)',
    )
    .addHelpText(
      'after',
      examples(
        'netplumb network connect web builder',
        'netplumb network connect --ip 10.10.0.9 --gw-priority 1 web db',
        'netplumb network connect --alias cache web redis-7',
      ),
    );
}

export async function perform({ operands, options, terminal, interruption }: Call): Promise<number> {
  const [network, sandbox] = operands.map(String);
  const wishes = connectOptions(options);
  interruption.listen(); // What has been begun is finished.
  await using host = await openNamedHost(options, terminal);
  const endpoint = await host.networks.connect(network ?? '', sandbox ?? '', wishes);
  await terminal.print(endpoint, (style) => formatEndpoint(endpoint, style));
  return 0;
}

function connectOptions({ ip, ip6, macAddress, gwPriority, alias }: Call['options']): ConnectOptions {
  const addresses = { ip, ip6, macAddress } as Readonly<Record<string, string | undefined>>;
  const gatewayPriority = gwPriority === undefined ? undefined : parsePriority(String(gwPriority));
  return { ...addresses, gatewayPriority, networkAliases: textsOf(alias) };
}

/** Docker takes any whole number; nobody needs more than nine digits. */
function parsePriority(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) {
    throw newError('EBADOPTION', { option: 'gw-priority', value: text, reason: 'it is no whole number' });
  }
  return Number(text);
}
