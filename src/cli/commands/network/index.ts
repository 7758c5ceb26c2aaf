import type { CommandGroup } from '../../command.js';

/** `network …`: what Docker's commands of these names do. */
export const networkCommands: CommandGroup = {
  summary: 'networks: create, list, remove, join',
  commands: new Map([
    ['create', { summary: 'create a network', load: () => import('./create.js') }],
    ['ls', { summary: 'list networks', alias: 'list', load: () => import('./ls.js') }],
    ['inspect', { summary: 'show all that is known of networks', load: () => import('./inspect.js') }],
    ['rm', { summary: 'remove networks', alias: 'remove', load: () => import('./rm.js') }],
    ['prune', { summary: 'remove all networks that no sandbox is in', load: () => import('./prune.js') }],
    ['connect', { summary: 'join a sandbox to a further network', load: () => import('./connect.js') }],
    ['disconnect', { summary: 'take a sandbox out of a network', load: () => import('./disconnect.js') }],
  ]),
  examples: [
    'netplumb network create --subnet 10.10.0.0/16 web',
    'netplumb run --net=web ip address',
    'netplumb network ls',
  ],
};
