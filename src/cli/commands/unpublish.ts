import type { Command } from 'commander';
import { type Call, examples } from '../command.js';
import { openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command
    .argument('<name|id>', 'name, id or beginning of the id of a sandbox')
    .argument('<port...>', 'as they were published; what is left out fits whatever there is')
    .addHelpText('after', examples('netplumb unpublish web 8080:80', 'netplumb unpublish dns 53/udp'));
}

export async function perform({ operands, options, terminal, interruption }: Call): Promise<number> {
  const [sandbox, unpublished] = operands as readonly [string, readonly string[]];
  interruption.listen(); // What has been begun is finished.
  await using host = await openNamedHost(options, terminal);
  await host.unpublish(sandbox, unpublished);
  await terminal.print({ unpublished }, () => unpublished.map((spec) => `${spec}\n`).join(''));
  return 0;
}
