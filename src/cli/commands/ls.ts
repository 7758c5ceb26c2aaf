import type { Command } from 'commander';
import { type Call, examples } from '../command.js';
import { formatSandboxes } from '../format/sandbox.js';
import { openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command.addHelpText('after', examples('netplumb ls', "netplumb ls --json | jq -r '.[].name'"));
}

export async function perform({ options, terminal }: Call): Promise<number> {
  await using host = await openNamedHost(options, terminal);
  const sandboxes = host.sandboxes();
  await terminal.print(sandboxes, (style) => formatSandboxes(sandboxes, Date.now(), style));
  return 0;
}
