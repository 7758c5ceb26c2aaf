import type { Command } from 'commander';
import { type Call, examples } from '../command.js';
import { formatFindings } from '../format/doctor.js';
import { hostOptions } from '../global-options.js';

export function define(command: Command): void {
  command
    .option('-q, --quiet', 'leave out what is in order')
    .option('--strict', 'a warning makes the exit status 1, as an error does')
    .addHelpText(
      'after',
      examples('netplumb doctor', 'netplumb doctor --quiet --json | jq -r \'.[] | "\\(.level): \\(.title)"\''),
    );
}

export async function perform({ options, terminal }: Call): Promise<number> {
  const { quiet, strict, ...others } = options;
  const named = await hostOptions(others, process.env);
  const { examineHost } = await import('../../host/index.js');
  const findings = await examineHost(named);
  const shown = quiet ? findings.filter(({ level }) => level !== 'ok') : findings;
  await terminal.print(shown, (style) => formatFindings(shown, style));
  return findings.some(({ level }) => level === 'error' || (strict && level === 'warning')) ? 1 : 0;
}
