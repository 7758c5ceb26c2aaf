import { type EndpointSpec, network, type Peer } from './peer.js';
import { runScript, timeEach, versionOf } from './shell.js';

/** Docker's "how a container is networked", by hand: one command for each step (`ip` and `brctl`). */
export const ipCommands: Peer = {
  name: 'ip commands',
  publishes: false,
  beside: '',
  version: () => versionOf(/iproute2-([\d.]+)/, 'ip', '-V'),
  async measure(endpoints, check) {
    runScript(`
      ip link add docker0 type bridge
      ip addr add ${network.gateway}/${network.prefixLength} dev docker0
      ip link set docker0 up
    `);
    const attach = await timeEach(endpoints.map(commands));
    check();
    const detach = await timeEach(endpoints.map(({ hostEnd }) => `ip link del ${hostEnd}`));
    return { attach, detach };
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
