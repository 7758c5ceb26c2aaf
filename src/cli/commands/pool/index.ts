import type { CommandGroup } from '../../command.js';

/** `pool …`: sandboxes that are built ahead, for `attach` and `run` with `--from-pool`. */
export const poolCommands: CommandGroup = {
  summary: 'sandboxes that are built ahead: fill, list, drain',
  commands: new Map([
    ['fill', { summary: 'build sandboxes ahead', load: () => import('./fill.js') }],
    ['ls', { summary: 'list what waits', alias: 'list', load: () => import('./ls.js') }],
    ['drain', { summary: 'remove what waits', load: () => import('./drain.js') }],
  ]),
  examples: [
    'netplumb pool fill --size 100 web',
    'netplumb run --from-pool --net=web ip address',
    'netplumb pool ls',
    'netplumb pool drain web',
  ],
};
