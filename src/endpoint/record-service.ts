import { parseReference } from '../address/index.js';
import { newError } from '../errors/index.js';
import { claimPorts, releasePorts } from '../ipam/index.js';
import type { Network } from '../network/index.js';
import { findSandbox, type LinkRecord, type PublishedPort, type SandboxRecord, type Tables } from '../store/index.js';
import type { PublishContext } from './context.js';
import type { LinkWish, ServiceWish } from './service.js';

/** Ports of the host that turned out to be somebody else's, by `formatPort`. */
export type Refused = ReadonlySet<string>;

/**
 * Claims the ports of the host that a sandbox's are to be published on. In a transaction, and writes nothing when it throws:
 * EPORTTAKEN, ENOFREEPORT, EBADOPTION where nothing can be published.
 */
export function claim(
  tables: Tables,
  sandbox: string,
  wishes: ServiceWish['publish'],
  network: Network | undefined,
  { firewall, address, range }: PublishContext,
  refused?: Refused,
): PublishedPort[] {
  if (wishes.length === 0) {
    return [];
  }
  const guarded = network && firewall.guarded(network.record);
  if (!guarded || guarded.internal) {
    throw unpublishable(network, firewall.isOn);
  }
  const modes = { 4: guarded.ipv4.mode, 6: guarded.ipv6.mode };
  const own = ([4, 6] as const).filter((family) => guarded.subnets.some((subnet) => subnet.family === family));
  const families = own.filter((family) => modes[family] === 'nat');
  const isRoutedToo = own.some((family) => modes[family] === 'routed');
  const defaultAddress = guarded.publishAddress ?? address;
  return claimPorts(tables, sandbox, wishes, {
    families,
    isRoutedToo,
    range,
    ...(defaultAddress !== undefined && { defaultAddress }),
    ...(refused && { refused }),
  });
}

/** The sandboxes that links lead to, by the names that they have. Throws ENOSANDBOX, EAMBIGUOUS. */
export function resolveLinks(tables: Tables, links: readonly LinkWish[], network: Network | undefined): LinkRecord[] {
  return links.map(({ reference, alias }) => {
    const found = findSandbox(tables, parseReference(reference, 'sandbox'));
    if (!found || found.state === 'leaving') {
      throw newError('ENOSANDBOX', { sandbox: reference });
    }
    if (!found.endpoints.some((endpoint) => endpoint.network === network?.record.id)) {
      const reason = `sandbox ${found.name} is not in network ${network?.record.name}`;
      throw newError('EBADOPTION', { option: 'links', value: reference, reason });
    }
    return { name: found.name, alias };
  });
}

/** Remembers who is linked to whom. In a transaction; can be repeated. */
export function addLinkers({ linkers }: Tables, { id, links = [] }: Pick<SandboxRecord, 'id' | 'links'>): void {
  for (const { name } of links) {
    const known = linkers.get(name) ?? [];
    if (!known.includes(id)) {
      linkers.putSync(name, [...known, id]);
    }
  }
}

/** Takes back what a sandbox's record says of services. In a transaction; can be repeated. */
export function forgetService(tables: Tables, { id, ports = [], links = [] }: SandboxRecord): void {
  releasePorts(tables, id, ports);
  for (const { name } of links) {
    const others = (tables.linkers.get(name) ?? []).filter((one) => one !== id);
    if (others.length > 0) {
      tables.linkers.putSync(name, others);
    } else {
      tables.linkers.removeSync(name);
    }
  }
}

function unpublishable(network: Network | undefined, isOn: boolean): Error {
  const name = network?.record.name ?? 'none';
  const why = network?.record.internal ? 'is internal: nothing from outside gets in' : 'does not lead through the host';
  const reason = isOn ? `network ${name} ${why}` : 'there is no firewall to publish ports with';
  return newError('EBADOPTION', { option: 'publish', value: 'ports', reason });
}
