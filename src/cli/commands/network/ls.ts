import { type Command, Option } from 'commander';
import { type Call, examples, repeated } from '../../command.js';
import { formatNetworks, sortNetworks } from '../../format/network.js';
import { fieldNames, formatChosen, parseFields } from '../../format/network-fields.js';
import { openNamedHost } from '../../global-options.js';
import { readListFilters } from '../../network-filter.js';
import { textsOf } from '../../network-options.js';

export function define(command: Command): void {
  command
    .option(
      '-f, --filter <key=value>',
      'only those with this driver, id, label, name, scope, type (custom, builtin) or dangling (true, false)',
      repeated,
    )
    .addOption(new Option('--format <fields>', `these with tabs between them: ${fieldNames}`).conflicts('quiet'))
    .option('--no-trunc', 'ids in full')
    .option('-q, --quiet', 'ids only')
    .addHelpText(
      'after',
      examples(
        'netplumb network ls',
        'netplumb network ls --filter driver=bridge --filter label=team=shop',
        'netplumb network ls --format name,subnet',
        'netplumb network rm $(netplumb network ls --quiet --filter dangling=true)',
      ),
    );
}

export async function perform({ options, terminal }: Call): Promise<number> {
  const isMeant = readListFilters(textsOf(options.filter));
  const fields = chosenFields(options);
  const short = options.trunc === true;
  await using host = await openNamedHost(options, terminal);
  const networks = sortNetworks((await host.networks.list()).filter(isMeant));
  await terminal.print(networks, (style) =>
    fields ? formatChosen(networks, fields, { short }) : formatNetworks(networks, style, { short }),
  );
  return 0;
}

function chosenFields({ quiet, format }: Call['options']) {
  if (quiet) {
    return parseFields('id');
  }
  return typeof format === 'string' ? parseFields(format) : undefined;
}
