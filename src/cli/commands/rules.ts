import type { Command } from 'commander';
import { newError } from '../../errors/index.js';
import { type Call, examples } from '../command.js';
import { formatRules } from '../format/rules.js';
import { hostOptions, openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command
    .argument('[network...]', 'only what concerns these networks: names, ids or beginnings of ids')
    .option('--apply', 'bring the rules into force, and print nothing')
    .addHelpText(
      'after',
      examples(
        'netplumb rules',
        'netplumb rules --firewall=iptables web',
        'netplumb rules --json --firewall=iptables | jq -r .ipv4 | iptables-restore --test --noflush',
        'netplumb rules --apply',
      ),
    );
}

export async function perform({ operands: [operand = []], options, terminal, interruption }: Call): Promise<number> {
  const networks = [...operand];
  if (options.apply) {
    if (networks.length > 0) {
      throw newError('EUSAGE', { problem: 'rules come into force for all networks at once: leave the networks out' });
    }
    interruption.listen(); // What has been begun is finished.
    await using host = await openNamedHost(options, terminal);
    const changed = await host.applyRules();
    await terminal.print({ changed }, () => '');
    return 0;
  }
  const named = await hostOptions(options, process.env);
  const { renderRules } = await import('../../host/rules.js');
  const rules = await renderRules(named, networks);
  if (rules.backend === 'none') {
    await terminal.warn('the firewall of this host is "none": there are no rules');
  }
  await terminal.print(rules, () => formatRules(rules));
  return 0;
}
