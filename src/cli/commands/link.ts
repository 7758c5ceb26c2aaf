import type { Command } from 'commander';
import { newError } from '../../errors/index.js';
import { type Call, examples, repeated } from '../command.js';
import { formatLink } from '../format/link.js';
import { openNamedHost } from '../global-options.js';
import { textsOf } from '../network-options.js';

export function define(command: Command): void {
  command
    .argument('<one>', 'name or id of a sandbox')
    .argument('<other>', 'name or id of another')
    .option('--ip <address>', 'address of the first, then of the second (default: two free ones)', repeated)
    .option('--remove', 'take the links between the two away')
    .addHelpText(
      'after',
      examples(
        'netplumb link web db',
        'netplumb link web db --ip 10.1.1.1 --ip 10.1.1.2',
        'netplumb link --remove web db',
      ),
    );
}

export async function perform({ operands, options, terminal, interruption }: Call): Promise<number> {
  const [one, other] = operands as readonly [string, string];
  const ips = readIps(textsOf(options.ip));
  interruption.listen(); // What has been begun is finished.
  await using host = await openNamedHost(options, terminal);
  if (options.remove) {
    await host.unlink(one, other);
    await terminal.print({ removed: [one, other] }, () => `${one}\n${other}\n`);
    return 0;
  }
  const ends = await host.link(one, other, { ips });
  const named = [one, other].map((sandbox, i) => ({ sandbox, endpoint: ends[i as 0 | 1] }));
  await terminal.print(named, (style) => formatLink(named, style));
  return 0;
}

function readIps(ips: readonly string[]): readonly [string, string] | undefined {
  if (ips.length !== 0 && ips.length !== 2) {
    throw newError('EUSAGE', { problem: 'a link has two addresses: give --ip twice, or not at all' });
  }
  return ips.length === 0 ? undefined : (ips as [string, string]);
}
