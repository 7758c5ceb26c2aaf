import { join } from 'node:path';
import { root } from '../lib/apart.js';
import { network, type Peer } from './peer.js';
import { timeProgram } from './program.js';
import { versionOf } from './shell.js';

/** Debian's, which sees Debian's packages whatever else is first in the path. */
const python = '/usr/bin/python3';
const script = join(root, 'benchmarks/peers/pyroute2_attach.py');

/** Python's netlink library, peers made in place. The script times itself: starting Python is not counted. */
export const pyroute2: Peer = {
  name: 'pyroute2',
  publishes: false,
  beside: '',
  version: () => versionOf(/^([\d.]+)/, python, '-c', 'import importlib.metadata as m; print(m.version("pyroute2"))'),
  measure: (endpoints, check) => timeProgram(python, [script], { ...network, endpoints }, check),
};
