import type { Command } from 'commander';
import { type Call, examples, throwAny } from '../command.js';
import { openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command
    .argument('<name|id...>', 'names or ids of sandboxes; those that are gone already are fine')
    .addHelpText('after', examples('netplumb detach web', 'netplumb detach web db 3f2a9c01b2c4'));
}

export async function perform({ operands: [operand = []], options, terminal, interruption }: Call): Promise<number> {
  const names = [...operand];
  interruption.listen(); // What is being removed is removed.
  await using host = await openNamedHost(options, terminal);
  const results = await host.detachAll(names);
  const detached = names.filter((_, i) => !results[i]?.error);
  await terminal.print({ detached }, () => detached.map((name) => `${name}\n`).join(''));
  throwAny(results.flatMap(({ error }) => error ?? []));
  return 0;
}
