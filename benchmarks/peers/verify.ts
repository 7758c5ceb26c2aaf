/** A rival's time counts only when its endpoints are what was asked for. */

import { execFileSync } from 'node:child_process';
import { type EndpointSpec, network } from './peer.js';

/** What `ip -json` prints; the part that is looked at. */
export interface Listed {
  readonly links: readonly {
    readonly ifname: string;
    readonly address?: string;
    readonly flags: readonly string[];
    readonly addr_info: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
  }[];
  readonly routes: readonly { readonly dst: string; readonly gateway?: string; readonly dev: string }[];
}

/** Looks into every sandbox, and pings the last from the first. Throws what is missing. */
export function verifyEndpoints(endpoints: readonly EndpointSpec[]): void {
  for (const endpoint of endpoints) {
    const ip = (...args: string[]) => JSON.parse(run('ip', '-n', endpoint.sandbox, '-json', ...args));
    const missing = missingFrom(endpoint, { links: ip('address'), routes: ip('-4', 'route') });
    if (missing.length > 0) {
      throw new Error(`${endpoint.sandbox} lacks ${missing.join(', ')}`);
    }
  }
  const [first, last] = [endpoints[0], endpoints.at(-1)];
  if (first && last && first !== last) {
    run('ip', 'netns', 'exec', first.sandbox, 'ping', '-c', '1', '-W', '2', last.address);
  }
}

/** Looks into every sandbox for what is to be gone. Throws the first that still has an interface beside `lo`. */
export function verifyRemoval(endpoints: readonly EndpointSpec[]): void {
  for (const { sandbox } of endpoints) {
    const links: Listed['links'] = JSON.parse(run('ip', '-n', sandbox, '-json', 'address'));
    const left = links.map(({ ifname }) => ifname).filter((name) => name !== 'lo');
    if (left.length > 0) {
      throw new Error(`${sandbox} still has ${left.join(', ')}`);
    }
  }
}

/** What an endpoint lacks of its spec, in words; empty when it is complete. */
export function missingFrom(endpoint: EndpointSpec, { links, routes }: Listed): string[] {
  const eth0 = links.find(({ ifname }) => ifname === 'eth0');
  const lo = links.find(({ ifname }) => ifname === 'lo');
  const prefix = { local: endpoint.address, prefixlen: network.prefixLength };
  const parts = {
    'eth0 up': eth0?.flags.includes('UP'),
    [`MAC ${endpoint.mac}`]: eth0?.address === endpoint.mac,
    [`address ${prefix.local}/${prefix.prefixlen}`]: eth0?.addr_info.some(
      ({ local, prefixlen }) => local === prefix.local && prefixlen === prefix.prefixlen,
    ),
    [`default route through ${network.gateway}`]: routes.some(
      ({ dst, gateway, dev }) => dst === 'default' && gateway === network.gateway && dev === 'eth0',
    ),
    'lo up': lo?.flags.includes('UP'),
  };
  return Object.entries(parts)
    .filter(([, present]) => !present)
    .map(([part]) => part);
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' });
}
