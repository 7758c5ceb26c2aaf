import type { Command } from 'commander';
import type { Host, Sandbox } from '../../host/index.js';
import { type Call, examples, throwAny } from '../command.js';
import { formatSandbox } from '../format/sandbox.js';
import type { Style } from '../format/style.js';
import { formatTimings } from '../format/timings.js';
import { openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command
    .argument('<name|id...>', 'names, ids or beginnings of ids of sandboxes')
    .option('--timings', 'show how long each step of its attach took')
    .addHelpText(
      'after',
      examples('netplumb inspect web', 'netplumb inspect --json web db', 'netplumb inspect --timings web'),
    );
}

export async function perform({ operands: [names = []], options, terminal }: Call): Promise<number> {
  await using host = await openNamedHost(options, terminal);
  const found = [...names].map((name) => inspect(host, name));
  const sandboxes = found.flatMap((one) => (one instanceof Error ? [] : options.timings ? one : withoutTimes(one)));
  if (sandboxes.length > 0 || terminal.json) {
    await terminal.print(sandboxes, (style) => sandboxes.map((one) => formatOne(one, style)).join('\n'));
  }
  throwAny(found.filter((one) => one instanceof Error));
  return 0;
}

function withoutTimes({ microseconds: _, ...others }: Sandbox): Sandbox {
  return others;
}

function formatOne(sandbox: Sandbox, style: Style): string {
  const { microseconds } = sandbox;
  const timings = microseconds ? `\n${formatTimings(microseconds, style)}` : '';
  return formatSandbox(sandbox, style) + timings;
}

function inspect(host: Host, name: string): Sandbox | Error {
  try {
    return host.inspect(name);
  } catch (error) {
    return error as Error;
  }
}
