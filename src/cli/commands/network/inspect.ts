import type { Command } from 'commander';
import type { Host, NetworkInfo } from '../../../host/index.js';
import { type Call, examples, throwAny } from '../../command.js';
import { fieldNames, formatChosen, parseFields } from '../../format/network-fields.js';
import { networkToJson } from '../../format/network-json.js';
import { openNamedHost } from '../../global-options.js';

export function define(command: Command): void {
  command
    .argument('<name|id...>', 'names, ids or beginnings of ids of networks')
    .option('-f, --format <fields>', `these with tabs between them: ${fieldNames}`)
    .option('-v, --verbose', 'with what Docker has no key for, under the key Netplumb')
    .addHelpText(
      'after',
      examples(
        'netplumb network inspect bridge',
        'netplumb network inspect --format subnet,gateway web',
        "netplumb network inspect web | jq -r '.[].Containers[].IPv4Address'",
      ),
    );
}

export async function perform({ operands: [names = []], options, terminal }: Call): Promise<number> {
  const fields = typeof options.format === 'string' ? parseFields(options.format) : undefined;
  await using host = await openNamedHost(options, terminal);
  const found = await Promise.all([...names].map((name) => inspect(host, name)));
  const networks = found.flatMap((one) => (one instanceof Error ? [] : one));
  const documents = networks.map((one) => networkToJson(one, { verbose: options.verbose === true }));
  // Docker's form is JSON, whoever reads it.
  await terminal.print(documents, () =>
    fields ? formatChosen(networks, fields) : `${JSON.stringify(documents, null, 4)}\n`,
  );
  throwAny(found.filter((one) => one instanceof Error));
  return 0;
}

async function inspect(host: Host, name: string): Promise<NetworkInfo | Error> {
  try {
    return await host.networks.inspect(name);
  } catch (error) {
    return error as Error;
  }
}
