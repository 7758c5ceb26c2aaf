import type { Command } from 'commander';
import { formatPort, parseExpose } from '../../address/index.js';
import { newError } from '../../errors/index.js';
import { type Call, examples } from '../command.js';
import { formatHostPorts, formatPorts } from '../format/port.js';
import { openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command
    .argument('<name|id>', 'name, id or beginning of the id of a sandbox')
    .argument('[port]', 'PORT[/tcp|udp|sctp]: show only where this one is reached')
    .addHelpText('after', examples('netplumb port web', 'netplumb port web 80', 'netplumb port --json web'));
}

export async function perform({ operands, options, terminal }: Call): Promise<number> {
  const [sandbox, port] = operands as readonly [string, string | undefined];
  const wanted = port === undefined ? undefined : onePort(port);
  await using host = await openNamedHost(options, terminal);
  const ports = host.ports(sandbox);
  if (wanted === undefined) {
    await terminal.print(ports, () => formatPorts(ports));
    return 0;
  }
  const meant = ports.filter((one) => formatPort(one) === wanted);
  if (meant.length === 0) {
    throw newError('ENOTPUBLISHED', { sandbox, port: wanted });
  }
  await terminal.print(meant, () => formatHostPorts(meant));
  return 0;
}

/** As `80/tcp`. */
function onePort(text: string): string {
  const [port, ...more] = parseExpose(text);
  if (port === undefined || more.length > 0) {
    throw newError('EUSAGE', { problem: 'one port is asked for at a time, or all of them' });
  }
  return formatPort(port);
}
