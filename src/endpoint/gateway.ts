import type { Connection, IfExists, Link, NetnsRef, Request } from '../netlink/index.js';
import { listLinks } from '../netlink/index.js';
import { defaultRoutes } from '../network/index.js';
import type { EndpointRecord } from '../store/index.js';

/** The endpoint that one of a sandbox's default routes leads through: the first of those with the highest priority. */
function leader(endpoints: readonly EndpointRecord[], gateway: 'gateway' | 'gateway6'): EndpointRecord | undefined {
  const candidates = endpoints.filter((endpoint) => endpoint[gateway] !== undefined && !endpoint.unsettled);
  return candidates.reduce<EndpointRecord | undefined>(
    (best, one) => (best && best.gatewayPriority >= one.gatewayPriority ? best : one),
    undefined,
  );
}

/**
 * The requests, in the sandbox, that make its default routes those of these endpoints, instead of those of `before`. `links`: what
 * it has.
 */
export function leadOut(
  endpoints: readonly EndpointRecord[],
  links: readonly NamedLink[],
  before = endpoints,
): Request[] {
  const ipv4 = leader(endpoints, 'gateway');
  const ipv6 = leader(endpoints, 'gateway6');
  return [
    ...(ipv4 ? routesOf({ ...ipv4, gateway6: undefined }, links, leader(before, 'gateway') && 'replace') : []),
    ...(ipv6 ? routesOf({ ...ipv6, gateway: undefined }, links, leader(before, 'gateway6') && 'replace') : []),
  ];
}

type NamedLink = Pick<Link, 'index' | 'name'>;
type Leading = Pick<EndpointRecord, 'interface'> & {
  readonly gateway?: string | undefined;
  readonly gateway6?: string | undefined;
};

function routesOf(endpoint: Leading, links: readonly NamedLink[], ifExists: IfExists | undefined): Request[] {
  const link = links.find(({ name }) => name === endpoint.interface);
  return link ? defaultRoutes(endpoint, link.index, ifExists) : [];
}

/** The links of a sandbox's namespace. */
export function linksOf(connection: Connection, netns: NetnsRef): Promise<Link[]> {
  return connection.list<Link>(listLinks(), netns);
}
