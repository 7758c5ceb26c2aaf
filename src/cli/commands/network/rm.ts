import type { Command } from 'commander';
import { NetplumbError } from '../../../errors/index.js';
import { type Call, examples, throwAny } from '../../command.js';
import { openNamedHost } from '../../global-options.js';

export function define(command: Command): void {
  command
    .argument('<name|id...>', 'names, ids or beginnings of ids of networks')
    .option('-f, --force', 'those that are gone already are fine')
    .addHelpText('after', examples('netplumb network rm web', 'netplumb network rm --force web db'));
}

export async function perform({ operands: [operand = []], options, terminal, interruption }: Call): Promise<number> {
  const names = [...operand];
  interruption.listen(); // What is being removed is removed.
  await using host = await openNamedHost(options, terminal);
  const results = await Promise.allSettled(names.map((name) => host.networks.remove(name)));
  const removed = names.filter((_, i) => results[i]?.status === 'fulfilled');
  await terminal.print({ removed }, () => removed.map((name) => `${name}\n`).join(''));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? (result.reason as Error) : []));
  throwAny(options.force ? errors.filter((error) => !isGone(error)) : errors);
  return 0;
}

function isGone(error: Error): boolean {
  return error instanceof NetplumbError && error.code === 'ENONETWORK';
}
