import type { Command } from 'commander';
import { type Call, examples } from '../../command.js';
import { openNamedHost } from '../../global-options.js';

export function define(command: Command): void {
  command
    .argument('<network>', 'name or id of the network, or the beginning of its id')
    .addHelpText('after', examples('netplumb pool drain web'));
}

export async function perform({ operands, options, terminal, interruption }: Call): Promise<number> {
  const [network] = operands as readonly [string];
  const signal = interruption.listen();
  await using host = await openNamedHost(options, terminal);
  const drained = await host.drainPools(network, { signal });
  await terminal.print({ drained }, () => `${drained}\n`);
  return 0;
}
