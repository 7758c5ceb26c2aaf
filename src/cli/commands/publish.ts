import type { Command } from 'commander';
import { type Call, examples } from '../command.js';
import { formatPorts } from '../format/port.js';
import { openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command
    .argument('<name|id>', 'name, id or beginning of the id of a sandbox')
    .argument('<port...>', '[ADDRESS:][HOST-PORT]:PORT[/tcp|udp|sctp], as --publish of run takes it')
    .addHelpText('after', examples('netplumb publish web 8080:80', 'netplumb publish dns 127.0.0.1:53:53/udp 53:53'));
}

export async function perform({ operands, options, terminal, interruption }: Call): Promise<number> {
  const [sandbox, specs] = operands as readonly [string, readonly string[]];
  interruption.listen(); // What has been begun is finished.
  await using host = await openNamedHost(options, terminal);
  const ports = await host.publish(sandbox, specs);
  await terminal.print(ports, () => formatPorts(ports));
  return 0;
}
