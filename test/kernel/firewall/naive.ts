import { publishedPort } from './cases.js';
import { families, onHost, type Scene } from './scene.js';

/**
 * What a host does without protection: it forwards, has its loopback addresses reached from bridges, and translates addresses of
 * published ports wherever packets come from and go to. On it attacks get through, or their tests would prove nothing.
 */
export function leaveOpen(scene: Scene): void {
  const bridges = scene.neighbourhoods.map((one) => one.interface);
  const switches = [
    'ipv4/ip_forward',
    'ipv6/conf/all/forwarding',
    ...bridges.map((name) => `ipv4/conf/${name}/route_localnet`),
  ];
  onHost(scene, 'sh', '-ec', switches.map((name) => `echo 1 >/proc/sys/net/${name}`).join('\n'));
  const translations = scene.neighbourhoods.flatMap(({ hostPort, server }) =>
    families.map((family) => {
      const to = family === 4 ? server.address[4] : `[${server.address[6]}]`;
      return `udp dport ${hostPort} dnat ip${family === 4 ? '' : '6'} to ${to}:${publishedPort}`;
    }),
  );
  const rules = ['type nat hook prerouting priority dstnat', ...translations].join('; ');
  onHost(scene, 'nft', `table inet naive { chain prerouting { ${rules}; }; }`);
}
