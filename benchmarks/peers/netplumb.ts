import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AttachSpec, type Host, openHost } from 'netplumb';
import { root } from '../lib/apart.js';
import type { EndpointSpec, Peer, Times } from './peer.js';
import { timeEachOf } from './timed.js';

/**
 * Ourselves, as a program would use the library: records, leases, masquerading and the firewall's isolation included. The bridge and
 * the firewall's constant rules are made by an endpoint that is not counted, as rivals' bridges are.
 */
export const netplumbAll: Peer = peer('netplumb, attachAll', false, allAtOnce);

/** The next attach begins when the one before it is through: what a single one takes. */
export const netplumbSingle: Peer = peer('netplumb, one by one', false, oneByOne);

export const netplumbPortAll: Peer = peer('netplumb, one port, attachAll', true, allAtOnce);

export const netplumbPortSingle: Peer = peer('netplumb, one port, one by one', true, oneByOne);

interface Way {
  attach(host: Host, specs: readonly AttachSpec[]): Promise<Times>;
  detach(host: Host, names: readonly string[]): Promise<Times>;
}

function allAtOnce(): Way {
  return {
    attach: (host, specs) => timed(async () => refuseErrors(await host.attachAll(specs))),
    detach: (host, names) => timed(async () => refuseErrors(await host.detachAll(names))),
  };
}

function oneByOne(): Way {
  return {
    attach: (host, specs) => timeEachOf(specs, (spec) => host.attach(spec)),
    detach: (host, names) => timeEachOf(names, (name) => host.detach(name)),
  };
}

function peer(name: string, publishes: boolean, wayOf: () => Way): Peer {
  return {
    name,
    publishes,
    beside: 'masquerade, isolation, leases, records',
    version: () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    async measure(endpoints, check) {
      const way = wayOf();
      await using host = await openHost({ runDir: '/run/netplumb' });
      const { sandbox } = await host.attach({ create: true, ...(publishes && { publish: ['80'] }) });
      await host.detach(sandbox);
      const attach = await way.attach(
        host,
        endpoints.map((endpoint) => specOf(endpoint, publishes)),
      );
      check();
      const detach = await way.detach(
        host,
        endpoints.map((endpoint) => endpoint.sandbox),
      );
      return { attach, detach };
    },
  };
}

function specOf({ sandbox, path, address, mac, hostPort }: EndpointSpec, publishes: boolean): AttachSpec {
  const publish = publishes ? { publish: [`${hostPort}:80`] } : {};
  return { name: sandbox, netns: path, ip: address, macAddress: mac, ...publish };
}

function refuseErrors(outcomes: readonly { readonly error?: Error | undefined }[]): void {
  const failed = outcomes.find(({ error }) => error);
  if (failed?.error) {
    throw failed.error;
  }
}

async function timed(work: () => Promise<void>): Promise<Times> {
  const started = performance.now();
  await work();
  return { total_ms: performance.now() - started };
}
