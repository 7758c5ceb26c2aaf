/** Every rival, in the order in which results are shown. A new one is a file beside this and a line in the list. */

import { cniBridge, cniPortmap } from './cni.js';
import { ipBatch } from './ip-batch.js';
import { ipCommands } from './ip-commands.js';
import { netavark, netavarkPort } from './netavark.js';
import { npmNetlink } from './npm-netlink.js';
import type { Peer } from './peer.js';
import { pyroute2 } from './pyroute2.js';

export const peers: readonly Peer[] = [
  ipCommands,
  ipBatch,
  cniBridge,
  cniPortmap,
  netavark,
  netavarkPort,
  pyroute2,
  npmNetlink,
];
