import { mkdirSync } from 'node:fs';
import { type EndpointSpec, network, type Peer } from './peer.js';
import { timeEach, versionOf } from './shell.js';

const program = '/usr/lib/podman/netavark';

/** Podman's: a bridge network with masquerading, as `podman network create` describes it; no names, no ports. */
export const netavark: Peer = peer('netavark', false);

/** The same with one published port for each. */
export const netavarkPort: Peer = { ...peer('netavark, one port', true), timesOurs: 60 };

function peer(name: string, publishes: boolean): Peer {
  return {
    name,
    publishes,
    beside: 'masquerade',
    version: () => versionOf(/^netavark ([\d.]+)/, program, '--version'),
    async measure(endpoints, check) {
      mkdirSync('/run/netavark');
      // The first endpoint makes the bridge too: the program looks after it anew each time.
      const attach = await timeEach(endpoints.map((endpoint) => command('setup', endpoint, publishes)));
      check();
      const detach = await timeEach(endpoints.map((endpoint) => command('teardown', endpoint, publishes)));
      return { attach, detach };
    },
  };
}

function command(verb: 'setup' | 'teardown', endpoint: EndpointSpec, publishes: boolean): string {
  const { sandbox, path, address, mac, hostPort } = endpoint;
  const port = { host_ip: '', host_port: hostPort, container_port: 80, protocol: 'tcp', range: 1 };
  const options = {
    container_id: sandbox,
    container_name: sandbox,
    ...(publishes && { port_mappings: [port] }),
    networks: { bench: { interface_name: 'eth0', static_ips: [address], static_mac: mac } },
    network_info: {
      bench: {
        name: 'bench',
        id: '0'.repeat(64),
        driver: 'bridge',
        network_interface: 'podman0',
        subnets: [{ subnet: network.subnet, gateway: network.gateway }],
        ipv6_enabled: false,
        internal: false,
        dns_enabled: false,
        ipam_options: { driver: 'host-local' },
      },
    },
  };
  return `${program} --config /run/netavark ${verb} ${path} >/run/netavark/result <<'END'\n${JSON.stringify(options)}\nEND\n`;
}
