import { type EndpointSpec, network, type Peer } from './peer.js';
import { runScript, timeScript, versionOf } from './shell.js';

/** Docker's "how a container is networked", by hand: one command for each step (`ip` and `brctl`). */
export const ipCommands: Peer = {
  name: 'ip commands',
  count: 30,
  publishes: false,
  version: () => versionOf(/iproute2-([\d.]+)/, 'ip', '-V'),
  attach(endpoints) {
    runScript(`
      ip link add docker0 type bridge
      ip addr add ${network.gateway}/${network.prefixLength} dev docker0
      ip link set docker0 up
    `);
    return timeScript(endpoints.map(commands).join(''));
  },
};

function commands({ sandbox, hostEnd, address, mac }: EndpointSpec): string {
  const inside = `ip netns exec ${sandbox}`;
  return `
    ip link add ${hostEnd} type veth peer name B
    brctl addif docker0 ${hostEnd}
    ip link set ${hostEnd} up
    ip link set B netns ${sandbox}
    ${inside} ip link set dev B name eth0
    ${inside} ip link set eth0 address ${mac}
    ${inside} ip link set eth0 up
    ${inside} ip addr add ${address}/${network.prefixLength} dev eth0
    ${inside} ip route add default via ${network.gateway}
    ${inside} ip link set lo up
  `;
}
