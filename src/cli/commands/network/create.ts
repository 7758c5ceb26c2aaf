import type { Command } from 'commander';
import { unmetOptions } from '../../../network/index.js';
import { type Call, examples } from '../../command.js';
import { openNamedHost } from '../../global-options.js';
import { addNetworkOptions, networkSpec } from '../../network-options.js';

export function define(command: Command): void {
  command.argument('<name>', 'unique on the host');
  addNetworkOptions(command);
  command.addHelpText(
    'after',
    examples(
      'netplumb network create web',
      'netplumb network create --subnet 10.10.0.0/16 --ip-range 10.10.4.0/24 --gateway 10.10.0.254 web',
      'netplumb network create --ipv6 --internal --label team=shop db',
      'netplumb network create -d macvlan -o parent=eth1 --subnet 192.168.7.0/24 lan',
    ),
  );
}

export async function perform({ operands: [name], options, terminal, interruption }: Call): Promise<number> {
  const spec = networkSpec(String(name), options);
  interruption.listen(); // What has been begun is finished.
  await using host = await openNamedHost(options, terminal);
  const network = await host.networks.create(spec);
  for (const option of host.firewall === 'none' ? unmetOptions(network.options) : []) {
    await terminal.warn(`option ${option} is on record, but has no effect without a firewall`);
  }
  await terminal.print(network, () => `${network.id}\n`);
  return 0;
}
