import type { Command } from 'commander';
import { NetplumbError } from '../../../errors/index.js';
import { type Call, examples } from '../../command.js';
import { openNamedHost } from '../../global-options.js';

export function define(command: Command): void {
  command
    .argument('<network>', 'name, id or beginning of the id of a network')
    .argument('<sandbox>', 'name, id or beginning of the id of a sandbox')
    .option('-f, --force', 'a sandbox that is gone, or not in the network, is fine')
    .addHelpText(
      'after',
      examples('netplumb network disconnect web builder', 'netplumb network disconnect --force web db'),
    );
}

export async function perform({ operands, options, terminal, interruption }: Call): Promise<number> {
  const [network = '', sandbox = ''] = operands.map(String);
  interruption.listen(); // What has been begun is finished.
  await using host = await openNamedHost(options, terminal);
  await host.networks.disconnect(network, sandbox).catch((error) => {
    if (!(options.force && isOut(error))) {
      throw error;
    }
  });
  await terminal.print({ disconnected: [sandbox] }, () => `${sandbox}\n`);
  return 0;
}

function isOut(error: unknown): boolean {
  return error instanceof NetplumbError && ['ENOSANDBOX', 'ENOTINNETWORK'].includes(error.code);
}
