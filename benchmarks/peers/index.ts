/** Everyone who is measured, in the order in which results are shown. A new one is a file beside this and a line in the list. */

import { cniBridge, cniPortmap } from './cni.js';
import { floor } from './floor.js';
import { goMoved, goPlaced, goPlacedNoIpv6 } from './go-netlink.js';
import { ipBatch } from './ip-batch.js';
import { ipCommands } from './ip-commands.js';
import { netavark, netavarkPort } from './netavark.js';
import { netplumbAll, netplumbPortAll, netplumbPortSingle, netplumbSingle } from './netplumb.js';
import { npmNetlink } from './npm-netlink.js';
import type { Peer } from './peer.js';
import { pyroute2 } from './pyroute2.js';

export const peers: readonly Peer[] = [
  netplumbAll,
  netplumbSingle,
  floor,
  ipCommands,
  ipBatch,
  cniBridge,
  netavark,
  pyroute2,
  npmNetlink,
  goMoved,
  goPlaced,
  goPlacedNoIpv6,
  netplumbPortAll,
  netplumbPortSingle,
  cniPortmap,
  netavarkPort,
];
