import { shortId } from '../../address/index.js';
import { escapeText } from '../../errors/quote.js';
import type {
  EndpointEvent,
  HostEvent,
  LinkEvent,
  LinkOwner,
  MaybeNamed,
  RouteEvent,
  SandboxEvent,
} from '../../host/index.js';
import type { Style } from './style.js';

/** As long as the longest, so that what follows stands in a column. */
const headWidth = 'endpoint disconnected'.length;

/** One event on one line: when, what happened, to what. */
export function formatEvent(event: HostEvent, style: Style): string {
  const time = style.dim(new Date(event.time).toISOString());
  const head = event.type === 'lost' ? 'lost' : `${event.type} ${event.action}`;
  const padding = ' '.repeat(headWidth - head.length);
  const isAlarm = event.type === 'lost' || (event.type === 'network' && event.action === 'damaged');
  return `${time}  ${isAlarm ? style.red(head) : style.bold(head)}${padding}  ${escapeText(describe(event))}`;
}

function describe(event: HostEvent): string {
  switch (event.type) {
    case 'link':
      return withOwner(describeLink(event), event);
    case 'address': {
      const peer = event.peer === undefined ? '' : ` peer ${event.peer}`;
      return withOwner(`${event.address}${peer} on ${event.interface ?? `link ${event.index}`}`, event);
    }
    case 'route':
      return withOwner(describeRoute(event), event);
    case 'sandbox':
      return describeSandbox(event);
    case 'network':
      return 'sandboxes' in event
        ? `${event.name}: ${event.interface} ${event.action === 'damaged' ? 'was deleted under' : 'is back for'} ${namesOf(event.sandboxes)}`
        : `${event.name} (${shortId(event.id)}) ${event.driver}`;
    case 'endpoint':
      return describeEndpoint(event);
    case 'lost':
      return event.of === 'kernel'
        ? 'events of links, addresses and routes; what has become of links follows'
        : 'events of sandboxes, networks and endpoints; list them again';
  }
}

function describeLink({ action, link, changed }: LinkEvent): string {
  const { name, kind, state, mtu, master, address } = link;
  const values: Readonly<Record<string, string>> = {
    name: 'renamed',
    kind: kind ?? '',
    state,
    mtu: `mtu ${mtu}`,
    address: address ?? '',
    master: master === undefined ? 'no port any more' : `port of ${master}`,
  };
  const created = ['kind', 'state', 'mtu', ...(master === undefined ? [] : ['master'])];
  const told = action === 'changed' ? (changed ?? []) : action === 'created' ? created : ['kind'];
  return [name, ...told.map((key) => values[key] ?? '')].filter((word) => word !== '').join(' ');
}

function describeRoute({ destination, kind, table, metric, hops }: RouteEvent): string {
  const ways = hops.map(({ gateway, interface: name, index }) => {
    const link = name ?? (index === undefined ? undefined : `link ${index}`);
    return `${gateway === undefined ? '' : ` via ${gateway}`}${link === undefined ? '' : ` on ${link}`}`;
  });
  return [
    kind === 'unicast' ? '' : `${kind} `,
    destination,
    ways.join(','),
    table === mainTable ? '' : ` table ${table}`,
    metric === undefined ? '' : ` metric ${metric}`,
  ].join('');
}

/** RT_TABLE_MAIN (linux/rtnetlink.h): where routes are unless someone says otherwise. */
const mainTable = 254;

function describeSandbox({ name, id, mode, endpoints }: SandboxEvent): string {
  const addresses = endpoints.flatMap(({ address, address6 }) => [address, address6 ?? []].flat());
  return [`${name} (${shortId(id)})`, mode, ...addresses].join(' ');
}

function describeEndpoint({ sandbox, network, peer, endpoint }: EndpointEvent): string {
  const { interface: name, address, prefixLength, address6, prefixLength6, macAddress } = endpoint;
  const second = address6 === undefined ? [] : [`${address6}/${prefixLength6}`];
  const details = [name, `${address}/${prefixLength}`, ...second, macAddress];
  const other = network ? `on ${labelOf(network)}` : peer && `linked to ${labelOf(peer)}`;
  return `${sandbox.name} ${other}: ${details.join(' ')}`;
}

function withOwner(text: string, { sandbox, network }: LinkOwner): string {
  const owner = sandbox ? `sandbox ${sandbox.name}` : network && `network ${network.name}`;
  return owner === undefined ? text : `${text} [${owner}]`;
}

function labelOf({ id, name }: MaybeNamed): string {
  return name ?? shortId(id);
}

function namesOf(sandboxes: readonly { readonly name: string }[]): string {
  return sandboxes.length === 0 ? 'nobody' : sandboxes.map(({ name }) => name).join(', ');
}
