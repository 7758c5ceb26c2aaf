import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from '../lib/apart.js';
import { type EndpointSpec, network, type Peer } from './peer.js';
import { timeEachOf } from './timed.js';

/** The part of the package that is used here. */
interface Netlink {
  createRtNetlink(): {
    newLink(link: Link, attributes: object, options: { flags: number }): Promise<unknown>;
    setLink(link: Link, attributes?: object): Promise<unknown>;
    delLink(link: Link, attributes: { ifname: string }): Promise<unknown>;
    newAddress(address: object, attributes: object, options: { flags: number }): Promise<unknown>;
    getLink(link: Link, attributes: { ifname: string }): Promise<{ data: { index: number } }[]>;
  };
}

interface Link {
  readonly index?: number;
  readonly flags?: { up: true };
  readonly change?: { up: true };
}

/** Where scripts/setup-peers puts it; a copy that is nearer to the root is found as well. */
const require = createRequire(join(root, 'out/peers/package.json'));
const create = { flags: 0x600 }; // NLM_F_CREATE | NLM_F_EXCL
const up = { flags: { up: true }, change: { up: true } } as const;

// From linux/if_link.h and linux/veth.h: the package leaves IFLA_LINKINFO to its caller, as bytes.
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_NET_NS_FD = 28;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const VETH_INFO_PEER = 1;

/** The only other netlink binding on npm. It knows no namespaces, so a helper process (`ip`) works inside each sandbox. */
export const npmNetlink: Peer = {
  name: 'npm netlink',
  publishes: false,
  beside: '',
  version,
  async measure(endpoints, check) {
    const socket = (require('netlink') as Netlink).createRtNetlink();
    await socket.newLink({}, { ifname: 'br0', linkinfo: attribute(IFLA_INFO_KIND, text('bridge')) }, create);
    const [bridge] = await socket.getLink({}, { ifname: 'br0' });
    const index = bridge?.data.index ?? 0;
    const bytes = Buffer.from(network.gateway.split('.').map(Number));
    const family = { family: 2, prefixlen: network.prefixLength, index };
    await socket.newAddress(family, { local: bytes, address: bytes }, create);
    await socket.setLink({ index, ...up });

    const attach = await timeEachOf(endpoints, async (endpoint) => {
      const namespace = openSync(endpoint.path, 'r');
      const attributes = { ifname: endpoint.hostEnd, master: index, linkinfo: vethInfo(endpoint, namespace) };
      await socket.newLink(up, attributes, create);
      closeSync(namespace);
      configure(endpoint);
    });
    check();
    const detach = await timeEachOf(endpoints, ({ hostEnd }) => socket.delLink({}, { ifname: hostEnd }));
    return { attach, detach };
  },
};

function version(): string | undefined {
  try {
    const main = require.resolve('netlink');
    return JSON.parse(readFileSync(join(dirname(main), '../package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

function configure({ sandbox, address }: EndpointSpec): void {
  const input = `
    addr add ${address}/${network.prefixLength} dev eth0
    link set eth0 up
    route add default via ${network.gateway}
    link set lo up
  `;
  execFileSync('ip', ['-n', sandbox, '-batch', '-'], { input });
}

function vethInfo({ mac }: EndpointSpec, namespace: number): Buffer {
  const descriptor = Buffer.alloc(4);
  descriptor.writeUInt32LE(namespace);
  const peer = Buffer.concat([
    Buffer.alloc(16), // struct ifinfomsg
    attribute(IFLA_IFNAME, text('eth0')),
    attribute(IFLA_ADDRESS, Buffer.from(mac.replaceAll(':', ''), 'hex')),
    attribute(IFLA_NET_NS_FD, descriptor),
  ]);
  return Buffer.concat([
    attribute(IFLA_INFO_KIND, text('veth')),
    attribute(IFLA_INFO_DATA, attribute(VETH_INFO_PEER, peer)),
  ]);
}

function attribute(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(4 + payload.length, 0);
  header.writeUInt16LE(type, 2);
  return Buffer.concat([header, payload, Buffer.alloc(-payload.length & 3)]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}
