import type { Command } from 'commander';
import { newError } from '../../../errors/index.js';
import { type Call, examples, repeated } from '../../command.js';
import { formatPools } from '../../format/pool.js';
import { openNamedHost } from '../../global-options.js';
import { textsOf } from '../../network-options.js';

export function define(command: Command): void {
  command
    .argument('<network>', 'bridge, or name or id of a network')
    .requiredOption('--size <number>', 'how many are to wait, 1 to 65536')
    .option(
      '-p, --publish <port>',
      '[ADDRESS:]PORT[/tcp|udp|sctp] of each is reached on a port of the host that is free; several',
      repeated,
    )
    .option('--expose <port>', 'PORT[/tcp|udp|sctp] that each serves, or a range; several', repeated)
    .addHelpText(
      'after',
      examples('netplumb pool fill --size 100 web', 'netplumb pool fill --size 100 --publish 80 bridge'),
    );
}

export async function perform({ operands, options, terminal, interruption }: Call): Promise<number> {
  const [network] = operands as readonly [string];
  const size = sizeOf(options.size);
  const service = {
    ...(options.publish !== undefined && { publish: textsOf(options.publish) }),
    ...(options.expose !== undefined && { expose: textsOf(options.expose) }),
  };
  const signal = interruption.listen();
  await using host = await openNamedHost(options, terminal);
  // What waits has to outlive this command.
  const pool = host.pool(network, { size, refill: false, bound: false, ...service });
  await pool.fill({ signal });
  const pools = host.pools();
  await terminal.print(pools, (style) => formatPools(pools, style));
  return 0;
}

/** Digits alone: Number takes more. */
function sizeOf(text: Call['options'][string]): number {
  if (typeof text !== 'string' || !/^[1-9]\d{0,5}$/.test(text)) {
    throw newError('EBADOPTION', { option: 'size', value: String(text), reason: 'it is not a number from 1 to 65536' });
  }
  return Number(text);
}
