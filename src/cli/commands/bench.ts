import type { Command } from 'commander';
import { parseWhole } from '../../address/whole-number.js';
import { newError } from '../../errors/index.js';
import { type Call, examples } from '../command.js';
import { formatBench } from '../format/bench.js';
import { hostOptions } from '../global-options.js';
import { Progress } from '../progress.js';

export function define(command: Command): void {
  command
    .option('--count <number>', 'how many sandboxes to attach (default: 1000)')
    .option('--net, --network <name>', 'bridge, none, or a network to make one like it (default: bridge)')
    .option('--publish', 'publish a port of each')
    .addHelpText('after', notes)
    .addHelpText(
      'after',
      examples(
        'netplumb bench',
        'netplumb bench --count 200 --publish',
        "netplumb bench --json | jq '.attach.perSecond'",
      ),
    );
}

const notes = `
It measures in namespaces of its own, which are gone afterwards: the host's network is not touched. The kernel is the
same, so that whatever else makes and removes links on the machine takes longer meanwhile.`;

export async function perform({ options, terminal, interruption }: Call): Promise<number> {
  const { count, network, publish, ...others } = options;
  const named = await hostOptions(others, process.env);
  const wishes = {
    count: typeof count === 'string' ? readCount(count) : undefined,
    network: typeof network === 'string' ? network : undefined,
    publish: publish === true,
  };
  const signal = interruption.listen();
  const { bench } = await import('../../runtime/bench/index.js');
  using progress = new Progress(process.stderr);
  const report = await bench(wishes, named, {
    signal,
    onProgress: ({ phase, done, total }) => progress.show(`${phase}ed ${done} of ${total}`),
  });
  progress[Symbol.dispose]();
  await terminal.print(report, (style) => formatBench(report, style));
  return 0;
}

function readCount(text: string): number {
  const count = parseWhole(text, 0, Number.MAX_SAFE_INTEGER);
  if (count === undefined) {
    throw newError('EBADOPTION', { option: 'count', value: text, reason: 'it is no whole number' });
  }
  return count;
}
