import type { Command } from 'commander';
import { type Call, examples } from '../command.js';
import { addEndpointOptions, endpointSpec } from '../endpoint-options.js';
import { openNamedHost } from '../global-options.js';

const exitStatus = `
Exit status:
  the command's own, and 128 and the number of the signal if one ended it;
  125 if netplumb failed, 126 if the command cannot be executed, 127 if it was not found`;

export function define(command: Command): void {
  // What follows the command's name is the command's.
  command
    .usage('[options] [--] COMMAND [ARG...]')
    .argument('<command...>', 'the program and its arguments')
    .passThroughOptions();
  addEndpointOptions(command);
  command
    .addHelpText('after', exitStatus)
    .addHelpText(
      'after',
      examples(
        'netplumb run ip address',
        'netplumb run --name web -p 8080:80 -- python3 -m http.server 80',
        'netplumb run --net=none make test',
        'netplumb run --net=container:web ss -ltn',
      ),
    );
}

export async function perform({ operands: [command = []], options, terminal }: Call): Promise<number> {
  const spec = endpointSpec(options, process.env);
  await using host = await openNamedHost(options, terminal);
  const { run } = await import('../../runtime/index.js');
  const fromPool = options.fromPool === true;
  const { status: own } = await run(host, { ...spec, fromPool }, [...command], { passSignals: true });
  return own;
}
