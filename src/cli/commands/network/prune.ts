import type { Command } from 'commander';
import { type Call, examples, repeated } from '../../command.js';
import { confirm } from '../../confirm.js';
import { openNamedHost } from '../../global-options.js';
import { readPruneFilters } from '../../network-filter.js';
import { textsOf } from '../../network-options.js';

const question = 'This removes every network that no sandbox is in, but for bridge, host and none. Go on?';

export function define(command: Command): void {
  command
    .option('--filter <key=value>', 'only those made before (until) or with such a label (label, label!)', repeated)
    .option('-f, --force', 'without a question')
    .addHelpText(
      'after',
      examples('netplumb network prune', 'netplumb network prune --force --filter until=24h --filter label!=keep'),
    );
}

export async function perform({ options, terminal, interruption }: Call): Promise<number> {
  const isMeant = readPruneFilters(textsOf(options.filter), Date.now());
  await using host = await openNamedHost(options, terminal);
  if (!options.force && !(await confirm(question, process))) {
    await terminal.print({ removed: [] }, () => 'nothing was removed\n');
    return 1;
  }
  interruption.listen(); // What is being removed is removed.
  const removed = await host.networks.prune(isMeant);
  await terminal.print({ removed }, () => removed.map((name) => `${name}\n`).join(''));
  return 0;
}
