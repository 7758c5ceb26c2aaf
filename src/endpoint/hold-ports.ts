import { familyOf, formatPort, hostAddresses, type PortWish } from '../address/index.js';
import { attempt, type NetplumbError, newError } from '../errors/index.js';
import { difference } from '../firewall/index.js';
import { releasePorts } from '../ipam/index.js';
import { findPortUser, type HostPort } from '../netlink/index.js';
import type { Network } from '../network/index.js';
import { type PublishedPort, type SandboxRecord, updateSandbox } from '../store/index.js';
import type { EndpointContext } from './context.js';
import { claim } from './record-service.js';

/** A sandbox whose ports were claimed. */
export interface Holder {
  /** Replaced when a port turns out to be somebody else's. */
  record: SandboxRecord;
  readonly network: Network | undefined;
  /** What was asked for, of each of the last of its ports. */
  readonly wishes: readonly PortWish[];
  /** Ports of the host that others were found to have, as `tcp/8080`. */
  readonly refused: Set<string>;
}

/**
 * Takes hold of the host's ports that sandboxes have claimed, so that no other process can. One for which others would do is
 * replaced while somebody has it. One error or nothing for each: EPORTINUSE, ENOHOSTADDR, ENOFREEPORT, and the kernel's refusals;
 * nothing is held for it then.
 */
export async function holdPorts(context: EndpointContext, holders: readonly Holder[]): Promise<(Error | undefined)[]> {
  const wanted = holders.map(({ record, wishes }) => hostPortsOf(record, portsFor(record, wishes)));
  const all = wanted.flat();
  context.publishing.hasPublished ||= all.length > 0;
  const answers = all.length === 0 ? [] : await context.connection.holdPorts(all.map(({ host }) => host));
  let next = 0;
  return Promise.all(
    holders.map((holder, i) => {
      const own = wanted[i] as HeldPort[];
      const errors = answers.slice(next, next + own.length);
      next += own.length;
      const failed = errors.findIndex((error) => error !== null);
      return failed < 0
        ? undefined
        : holdOthers(context, holder, own, own[failed] as HeldPort, errors[failed] as NetplumbError);
    }),
  );
}

/** Lets go of all that is held for sandboxes. What is not held counts as let go. */
export async function letGo(
  { connection }: Pick<EndpointContext, 'connection'>,
  records: readonly SandboxRecord[],
): Promise<void> {
  const held = records.flatMap((record) => hostPortsOf(record, record.ports ?? []));
  if (held.length > 0) {
    await connection.releasePorts(held.map(({ host }) => host));
  }
}

/** A port of the host, and the sandbox's that is published there. */
interface HeldPort {
  readonly host: HostPort;
  readonly published: PublishedPort;
}

/** Those of a sandbox's ports that were asked for with the last wishes. */
export function portsFor({ ports = [] }: SandboxRecord, wishes: readonly PortWish[]): readonly PublishedPort[] {
  return wishes.length === 0 ? [] : ports.slice(-wishes.length);
}

/** Without an IPv6 address the sandbox is not reached by the host's. */
function hostPortsOf({ endpoints }: SandboxRecord, ports: readonly PublishedPort[]): HeldPort[] {
  const hasIpv6 = endpoints.some(({ address6 }) => address6 !== undefined);
  return ports.flatMap((published) => {
    const { protocol, hostPort: port } = published;
    const addresses = hostAddresses(published).filter((address) => hasIpv6 || familyOf(address) === 4);
    return port === undefined ? [] : addresses.map((address) => ({ host: { protocol, address, port }, published }));
  });
}

/** After one of a sandbox's ports was refused: with another one in its place if that will do. */
async function holdOthers(
  context: EndpointContext,
  holder: Holder,
  own: readonly HeldPort[],
  refused: HeldPort,
  error: NetplumbError,
): Promise<Error | undefined> {
  const { connection, firewall, publishing, store } = context;
  await connection.releasePorts(own.map(({ host }) => host));
  const { record, wishes, network } = holder;
  const ports = portsFor(record, wishes);
  const place = ports.indexOf(refused.published);
  const wish = wishes[place];
  const isChoice = wish && wish.hostPorts?.first !== wish.hostPorts?.last;
  if (error.code !== 'EADDRINUSE' || (wish?.hostPorts && !isChoice)) {
    return explain(context, refused.host, error);
  }
  holder.refused.add(`${refused.host.protocol}/${refused.host.port}`);
  const moved = attempt(() =>
    store.transaction((tables) => {
      const [port] = claim(tables, record.id, wish ? [wish] : [], network, publishing, holder.refused);
      releasePorts(tables, record.id, [refused.published]);
      const isRefused = (one: PublishedPort) => one === refused.published;
      const changed = (record.ports ?? []).map((one) => (isRefused(one) && port ? { ...one, ...port } : one));
      const current = { ...record, ports: changed };
      updateSandbox(tables, current);
      return current;
    }),
  );
  if (moved instanceof Error) {
    return moved;
  }
  // Whoever restored the rules meanwhile has led the refused port here, too.
  const remove = store.read(
    (tables) => difference(firewall.elementsOf(tables, record), firewall.elementsOf(tables, moved)).remove,
  );
  await firewall.apply({ add: [], remove });
  holder.record = moved;
  const [again] = await holdPorts(context, [holder]);
  return again;
}

async function explain({ connection }: EndpointContext, port: HostPort, cause: NetplumbError): Promise<Error> {
  if (cause.code === 'EADDRNOTAVAIL') {
    return newError('ENOHOSTADDR', { address: port.address }, { cause });
  }
  if (cause.code !== 'EADDRINUSE') {
    return cause;
  }
  const user = (await findPortUser(connection, port)) ?? 'another process';
  return newError('EPORTINUSE', { port: formatPort(port), address: port.address, user }, { cause });
}
