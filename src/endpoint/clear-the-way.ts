import { attemptAsync } from '../errors/index.js';
import { holderOf } from '../ipam/index.js';
import type { Network } from '../network/index.js';
import type { SandboxRecord, Tables } from '../store/index.js';
import { isAbandoned } from './abandoned.js';
import type { EndpointContext } from './context.js';
import { detachRecords } from './detach.js';
import type { Request } from './spec.js';

/** What is asked for, and the network that it is to join. */
export interface Claim {
  readonly request: Request;
  readonly network: Network | undefined;
}

/**
 * Removes what stands in the way of requests but was abandoned: sandboxes that have the names, or in the networks the
 * addresses and on the host the ports, that are asked for. So what a process was killed over can simply be repeated.
 */
export async function clearTheWay(context: EndpointContext, claims: readonly Claim[]): Promise<void> {
  const found = context.store
    .read((tables) => claims.flatMap((claim) => occupants(tables, claim)))
    .filter((record) => isAbandoned(record, context));
  if (found.length > 0) {
    const records = [...new Map(found.map((record) => [record.id, record])).values()];
    // What cannot be removed is in the way as before, and is going to be said to be.
    await attemptAsync(() => detachRecords(context, records));
  }
}

function occupants(tables: Tables, { request: { name, wish, service }, network }: Claim): SandboxRecord[] {
  const addresses = network ? [wish.ip, wish.ip6].filter((address) => address !== undefined) : [];
  const holders = addresses.map((address) => holderOf(tables, network?.record.id ?? '', address));
  const publishers = service.publish.flatMap(({ protocol, hostPorts }) =>
    hostPorts && hostPorts.first === hostPorts.last
      ? (tables.ports.get(`${protocol}/${hostPorts.first}`) ?? []).map(({ sandbox }) => sandbox)
      : [],
  );
  return [tables.names.get(name), ...holders, ...publishers].flatMap((id): SandboxRecord[] => {
    const record = id === undefined ? undefined : tables.sandboxes.get(id);
    return record ? [record] : [];
  });
}
