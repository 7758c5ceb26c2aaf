import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parsePid } from '../../address/index.js';
import { newError } from '../../errors/index.js';
import { type Call, examples } from '../command.js';
import { addEndpointOptions, endpointSpec } from '../endpoint-options.js';
import { formatAttached } from '../format/sandbox.js';
import { formatTimings } from '../format/timings.js';
import { openNamedHost } from '../global-options.js';

export function define(command: Command): void {
  command
    .option('--pid <pid>', 'of a process: the sandbox is its network namespace')
    .option('--netns <path>', 'of a network namespace: /run/netns/NAME, /proc/PID/ns/net')
    .option('--create', 'make a new network namespace, under /run/netns')
    .option('--timings', 'show how long each step took');
  addEndpointOptions(command);
  command.addHelpText(
    'after',
    examples(
      'netplumb attach --pid 2778 --name web',
      'netplumb attach --netns /run/netns/db --ip 172.17.0.9',
      'netplumb attach --create --name lab && ip netns exec lab bash',
      'netplumb attach --from-pool --net=web --name web1',
    ),
  );
}

export async function perform({ options, terminal, interruption }: Call): Promise<number> {
  const { pid, netns, create } = options;
  const spec = {
    ...endpointSpec(options, process.env),
    // For whoever mounts them.
    files: true,
    ...(typeof pid === 'string' && { pid: parsePid(pid) }),
    // An empty path would become the current directory.
    ...(typeof netns === 'string' && { netns: netns && resolve(netns) }),
    ...(create === true && { create }),
  };
  const isFromPool = options.fromPool === true;
  if (isFromPool && [pid, netns, create].some((option) => option !== undefined)) {
    throw newError('EUSAGE', { problem: 'a pool brings its own namespaces: leave out --pid, --netns and --create' });
  }
  const signal = interruption.listen();
  await using host = await openNamedHost(options, terminal);
  const { network = 'bridge', ...wish } = spec;
  const attached = await (isFromPool ? host.take(network, wish, { signal }) : host.attach(spec, { signal }));
  await terminal.print(attached, (style) => {
    const timings = options.timings ? `\n${formatTimings(attached.microseconds, style)}` : '';
    return formatAttached(attached, style) + timings;
  });
  return 0;
}
