import { mkdirSync, writeFileSync } from 'node:fs';
import { type EndpointSpec, network, type Peer } from './peer.js';
import { runScript, timeScript, versionOf } from './shell.js';

const files = '/run/ip-batch';

/** The best that `ip` can do: peers made in place, one batch for the host and one for each sandbox. */
export const ipBatch: Peer = {
  name: 'ip -batch',
  publishes: false,
  beside: '',
  version: () => versionOf(/iproute2-([\d.]+)/, 'ip', '-V'),
  async measure(endpoints, check) {
    runScript(`
      ip link add br0 type bridge
      ip addr add ${network.gateway}/${network.prefixLength} dev br0
      ip link set br0 up
    `);
    mkdirSync(files);
    writeFileSync(`${files}/host`, endpoints.map(hostLines).join(''));
    for (const endpoint of endpoints) {
      writeFileSync(`${files}/${endpoint.sandbox}`, sandboxLines(endpoint));
    }
    const inside = endpoints.map(({ sandbox }) => `ip -n ${sandbox} -batch ${files}/${sandbox}\n`);
    const attach = { total_ms: timeScript(`ip -batch ${files}/host\n${inside.join('')}`) };
    check();
    writeFileSync(`${files}/removal`, endpoints.map(({ hostEnd }) => `link del ${hostEnd}\n`).join(''));
    return { attach, detach: { total_ms: timeScript(`ip -batch ${files}/removal`) } };
  },
};

function hostLines({ sandbox, hostEnd, mac }: EndpointSpec): string {
  return [
    `link add ${hostEnd} type veth peer name eth0 address ${mac} netns ${sandbox}\n`,
    `link set ${hostEnd} master br0 up\n`,
  ].join('');
}

function sandboxLines({ address }: EndpointSpec): string {
  return [
    `addr add ${address}/${network.prefixLength} broadcast + dev eth0\n`,
    'link set eth0 up\n',
    `route add default via ${network.gateway}\n`,
    'link set lo up\n',
  ].join('');
}
