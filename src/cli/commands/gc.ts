import type { Command } from 'commander';
import { type Call, examples, throwAny } from '../command.js';
import { errorToJson } from '../format/error.js';
import { formatGarbage } from '../format/garbage.js';
import { openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command.addHelpText('after', examples('netplumb gc'));
}

export async function perform({ options, terminal, interruption }: Call): Promise<number> {
  interruption.listen(); // What is being removed is removed.
  await using host = await openNamedHost(options, terminal);
  const report = await host.gc();
  const errors = report.errors.map((error) => errorToJson(error).error);
  await terminal.print({ ...report, errors }, () => formatGarbage(report));
  throwAny(report.errors);
  return 0;
}
