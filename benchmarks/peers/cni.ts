import { existsSync } from 'node:fs';
import { type EndpointSpec, network, type Peer } from './peer.js';
import { debianVersion, timeScript } from './shell.js';

const plugins = '/usr/lib/cni';

/** Plugins report failures on stdout, which goes to a file here. */
const tellWhy = `trap 'test $? = 0 || cat /run/result >&2' EXIT`;

/** The bridge plugin with host-local addresses and masquerading, as the CNI documentation sets it up. */
export const cniBridge: Peer = peer('CNI bridge + host-local, ipMasq', 50, false, (endpoint) => bridge(endpoint, true));

/** The bridge plugin, then portmap with one published port. */
export const cniPortmap: Peer = peer('CNI bridge + portmap, one port', 30, true, (endpoint, index) =>
  [bridge(endpoint, false), portmap(endpoint, 20000 + index)].join(''),
);

function peer(
  name: string,
  count: number,
  publishes: boolean,
  commands: (endpoint: EndpointSpec, index: number) => string,
): Peer {
  return {
    name,
    count,
    publishes,
    version: () => (existsSync(`${plugins}/bridge`) ? (debianVersion('containernetworking-plugins') ?? '') : undefined),
    // The first endpoint makes the bridge too: the plugin looks after it anew each time.
    attach: (endpoints) => timeScript(`${tellWhy}\n${endpoints.map(commands).join('')}`),
  };
}

/** Every runtime calls `loopback` too: that is who brings `lo` up. */
function bridge(endpoint: EndpointSpec, ipMasq: boolean): string {
  const configuration = {
    cniVersion: '0.4.0',
    name: 'bench',
    type: 'bridge',
    bridge: 'cni0',
    isGateway: true,
    ipMasq,
    ipam: {
      type: 'host-local',
      subnet: network.subnet,
      gateway: network.gateway,
      routes: [{ dst: '0.0.0.0/0' }],
      dataDir: '/run/cni',
    },
  };
  return `
    ${call(endpoint, 'lo', 'loopback')} >/run/loopback <<'END'
${JSON.stringify({ cniVersion: '0.4.0', name: 'lo', type: 'loopback' })}
END
    ${call(endpoint, 'eth0', 'bridge')} >/run/result <<'END'
${JSON.stringify(configuration)}
END
  `;
}

function portmap(endpoint: EndpointSpec, hostPort: number): string {
  const configuration = JSON.stringify({
    cniVersion: '0.4.0',
    name: 'bench',
    type: 'portmap',
    capabilities: { portMappings: true },
    runtimeConfig: { portMappings: [{ hostPort, containerPort: 80, protocol: 'tcp' }] },
  });
  // A runtime hands a plugin what the one before it returned.
  return `
    { printf '%s,"prevResult":' '${configuration.slice(0, -1)}'; cat /run/result; printf '}'; } >/run/chained
    ${call(endpoint, 'eth0', 'portmap')} </run/chained >/run/chain-result
  `;
}

function call({ sandbox, path, mac }: EndpointSpec, device: string, plugin: string): string {
  const environment = {
    CNI_COMMAND: 'ADD',
    CNI_CONTAINERID: sandbox,
    CNI_NETNS: path,
    CNI_IFNAME: device,
    CNI_PATH: plugins,
    ...(plugin === 'bridge' && { CNI_ARGS: `IgnoreUnknown=1;MAC=${mac}` }),
  };
  const assignments = Object.entries(environment).map(([name, value]) => `${name}='${value}'`);
  return [...assignments, `${plugins}/${plugin}`].join(' ');
}
