import { type EndpointSpec, network, type Peer } from './peer.js';
import { timeScript, versionOf } from './shell.js';

const program = '/usr/lib/podman/netavark';

/** Podman's: a bridge network with masquerading, as `podman network create` describes it; no names, no ports. */
export const netavark: Peer = peer('netavark', 50, false);

/** The same with one published port for each. */
export const netavarkPort: Peer = peer('netavark, one port', 30, true);

function peer(name: string, count: number, publishes: boolean): Peer {
  const ports = (index: number) => [
    { host_ip: '', host_port: 20000 + index, container_port: 80, protocol: 'tcp', range: 1 },
  ];
  const commands = (endpoint: EndpointSpec, index: number) => command(endpoint, publishes ? ports(index) : []);
  return {
    name,
    count,
    publishes,
    version: () => versionOf(/^netavark ([\d.]+)/, program, '--version'),
    // The first endpoint makes the bridge too: the program looks after it anew each time.
    attach: (endpoints) => timeScript(`mkdir /run/netavark\n${endpoints.map(commands).join('')}`),
  };
}

function command({ sandbox, path, address, mac }: EndpointSpec, ports: readonly object[]): string {
  const options = {
    container_id: sandbox,
    container_name: sandbox,
    ...(ports.length > 0 && { port_mappings: ports }),
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
  return `${program} --config /run/netavark setup ${path} >/run/netavark/result <<'END'\n${JSON.stringify(options)}\nEND\n`;
}
