import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../lib/apart.js';
import { network, type Peer } from './peer.js';
import { versionOf } from './shell.js';

/** Debian's, which sees Debian's packages whatever else is first in the path. */
const python = '/usr/bin/python3';
const script = join(root, 'benchmarks/peers/pyroute2_attach.py');

/** Python's netlink library, peers made in place. The script times itself: starting Python is not counted. */
export const pyroute2: Peer = {
  name: 'pyroute2',
  count: 100,
  publishes: false,
  version: () => versionOf(/^([\d.]+)/, python, '-c', 'import importlib.metadata as m; print(m.version("pyroute2"))'),
  attach(endpoints) {
    const input = JSON.stringify({ ...network, endpoints });
    return Number(execFileSync(python, [script], { input, encoding: 'utf8' }));
  },
};
