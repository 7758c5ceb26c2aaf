import { existsSync } from 'node:fs';
import { type EndpointSpec, network, type Peer } from './peer.js';
import { debianVersion, timeEach } from './shell.js';

const plugins = '/usr/lib/cni';

/** Plugins report failures on stdout, which goes to a file here. */
const tellWhy = `trap 'test $? = 0 || cat /run/result >&2' EXIT`;

type Verb = 'ADD' | 'DEL';

/** The bridge plugin with host-local addresses and masquerading, as the CNI documentation sets it up. */
export const cniBridge: Peer = {
  ...peer('CNI bridge, masquerade', 'masquerade, leases', false, (verb, endpoint) => bridge(verb, endpoint, true)),
  timesOurs: 30,
};

/** The bridge plugin, then portmap with one published port. */
export const cniPortmap: Peer = {
  ...peer('CNI bridge + portmap', 'leases', true, (verb, endpoint) => {
    const calls = [bridge(verb, endpoint, false), portmap(verb, endpoint)];
    return (verb === 'ADD' ? calls : calls.reverse()).join('');
  }),
  timesOurs: 60,
};

function peer(
  name: string,
  beside: string,
  publishes: boolean,
  commands: (verb: Verb, endpoint: EndpointSpec) => string,
): Peer {
  return {
    name,
    publishes,
    beside,
    version: () => (existsSync(`${plugins}/bridge`) ? (debianVersion('containernetworking-plugins') ?? '') : undefined),
    async measure(endpoints, check) {
      // The first endpoint makes the bridge too: the plugin looks after it anew each time.
      const scripts = (verb: Verb) => endpoints.map((endpoint) => `${tellWhy}\n${commands(verb, endpoint)}`);
      const attach = await timeEach(scripts('ADD'));
      check();
      return { attach, detach: await timeEach(scripts('DEL')) };
    },
  };
}

/** Every runtime calls `loopback` too: that is who brings `lo` up. */
function bridge(verb: Verb, endpoint: EndpointSpec, ipMasq: boolean): string {
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
    ${call(verb, endpoint, 'lo', 'loopback')} >/run/loopback <<'END'
${JSON.stringify({ cniVersion: '0.4.0', name: 'lo', type: 'loopback' })}
END
    ${call(verb, endpoint, 'eth0', 'bridge')} >/run/result <<'END'
${JSON.stringify(configuration)}
END
  `;
}

function portmap(verb: Verb, endpoint: EndpointSpec): string {
  const configuration = JSON.stringify({
    cniVersion: '0.4.0',
    name: 'bench',
    type: 'portmap',
    capabilities: { portMappings: true },
    runtimeConfig: { portMappings: [{ hostPort: endpoint.hostPort, containerPort: 80, protocol: 'tcp' }] },
  });
  const plugin = call(verb, endpoint, 'eth0', 'portmap');
  if (verb === 'DEL') {
    return `
    ${plugin} >/run/result <<'END'
${configuration}
END
  `;
  }
  // A runtime hands a plugin what the one before it returned.
  return `
    { printf '%s,"prevResult":' '${configuration.slice(0, -1)}'; cat /run/result; printf '}'; } >/run/chained
    ${plugin} </run/chained >/run/chain-result
  `;
}

function call(verb: Verb, { sandbox, path, mac }: EndpointSpec, device: string, plugin: string): string {
  const environment = {
    CNI_COMMAND: verb,
    CNI_CONTAINERID: sandbox,
    CNI_NETNS: path,
    CNI_IFNAME: device,
    CNI_PATH: plugins,
    ...(plugin === 'bridge' && { CNI_ARGS: `IgnoreUnknown=1;MAC=${mac}` }),
  };
  const assignments = Object.entries(environment).map(([name, value]) => `${name}='${value}'`);
  return [...assignments, `${plugins}/${plugin}`].join(' ');
}
