import type { Command } from 'commander';
import type { EventType } from '../../host/index.js';
import { type Call, examples } from '../command.js';
import { formatEvent } from '../format/event.js';
import { openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command
    .option(
      '--type <type,...>',
      'only events of these types: link, address, route, sandbox, network, endpoint (default: all)',
    )
    .addHelpText(
      'after',
      examples(
        'netplumb monitor',
        'netplumb monitor --type sandbox,network',
        'netplumb monitor --json | jq --unbuffered -r \'select(.action == "damaged").sandboxes[].name\'',
      ),
    );
}

export async function perform(call: Call): Promise<number> {
  const { type } = call.options;
  const { eventTypes, readEventTypes } = await import('../../host/index.js');
  const types = typeof type === 'string' ? [...readEventTypes(type.split(','))] : eventTypes;
  if (!(await follow(call, types))) {
    // What a reader who has stopped reading has not taken yet would keep us from ending.
    process.exit(0);
  }
  return 0;
}

/** Prints events until it is interrupted; false when somebody has stopped reading them. */
async function follow({ options, terminal, interruption }: Call, types: readonly EventType[]): Promise<boolean> {
  const signal = interruption.listen();
  const { type: _, ...others } = options;
  await using host = await openNamedHost(others, terminal);
  for await (const event of host.events({ signal, types })) {
    if (!(await terminal.printLine(event, (style) => formatEvent(event, style), signal))) {
      return false;
    }
  }
  return true;
}
