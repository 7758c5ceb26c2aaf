import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../lib/apart.js';
import { network, type Peer } from './peer.js';
import { timeProgram } from './program.js';
import { debianVersion, versionOf } from './shell.js';

const program = join(root, 'out/benchmarks/go-netlink');
const sources = join(root, 'benchmarks/peers/go');

/** Go's netlink library, which Docker, CNI and Kubernetes use: both ends made on the host, one of them moved. */
export const goMoved: Peer = peer('Go netlink', 'moved');

/** The same library with the peer made in place: nobody's usual way. */
export const goPlaced: Peer = peer('Go netlink, in place', 'placed');

/** … in sandboxes whose IPv6 was switched off before, so that none floods the others: the best it can do. */
export const goPlacedNoIpv6: Peer = { ...peer('Go netlink, in place, no IPv6', 'placed'), ipv6Off: true };

function peer(name: string, way: 'moved' | 'placed'): Peer {
  return {
    name,
    publishes: false,
    beside: '',
    version,
    prepare: build,
    measure: (endpoints, check) => timeProgram(program, [way], { ...network, endpoints }, check),
  };
}

/** The library's, with Go's; without the commit. */
function version(): string | undefined {
  const go = versionOf(/go([\d.]+)/, 'go', 'version');
  const library = debianVersion('golang-github-vishvananda-netlink-dev')?.replace(/\.g[0-9a-f]+$/, '');
  return go && library && `${library} (Go ${go})`;
}

/** Of Debian's packages: no modules, nothing is fetched. Its own cache tells whether there is anything to do. */
function build(): void {
  const cache = join(root, 'out/benchmarks/go-cache');
  mkdirSync(dirname(program), { recursive: true });
  execFileSync('go', ['build', '-o', program, '.'], {
    cwd: sources,
    env: { ...process.env, GOPATH: '/usr/share/gocode', GO111MODULE: 'off', GOFLAGS: '', GOCACHE: cache },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
