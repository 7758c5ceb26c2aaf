import type { Command } from 'commander';
import { type Call, examples } from '../../command.js';
import { formatPools } from '../../format/pool.js';
import { openNamedHost } from '../../global-options.js';

export function define(command: Command): void {
  command.addHelpText('after', examples('netplumb pool ls', "netplumb pool ls --json | jq '.[].size'"));
}

export async function perform({ options, terminal }: Call): Promise<number> {
  await using host = await openNamedHost(options, terminal);
  const pools = host.pools();
  await terminal.print(pools, (style) => formatPools(pools, style));
  return 0;
}
