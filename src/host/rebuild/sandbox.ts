import { dirname, isAbsolute, join, normalize } from 'node:path';
import { shortId } from '../../address/index.js';
import { netnsDirectory } from '../../endpoint/index.js';
import { AF_INET, AF_INET6 } from '../../netlink/index.js';
import { defaultNetworkName } from '../../network/index.js';
import { type EndpointRecord, nobody, type SandboxRecord } from '../../store/index.js';
import { endpointOf, isWayOut, type KnownNetworks } from './endpoint.js';
import type { FoundInterface, FoundSandbox } from './look.js';

/**
 * The record of a sandbox as its interfaces and files show it. `lost`: the id of no network; `link`: of an interface that is one
 * end of a link between two sandboxes, which one.
 */
export function sandboxOf(
  found: FoundSandbox,
  networks: KnownNetworks,
  lost: string,
  linkOf: (end: FoundInterface) => EndpointRecord['link'],
): SandboxRecord {
  const made = found.interfaces.flatMap((one): Made[] => {
    const endpoint = endpointOf(one, networks, lost);
    const link = linkOf(one);
    if (!endpoint) {
      return [];
    }
    const { gateway: _, ...bare } = endpoint;
    return [{ found: one, endpoint: link ? { ...bare, network: 'links', link } : endpoint }];
  });
  const endpoints = withPriorities(made);
  const { id, name, cookie } = found;
  return {
    id,
    name,
    mode: modeOf(endpoints, networks),
    state: 'ready',
    owner: nobody,
    bound: false,
    created: Date.now(),
    ...placeOf(found),
    hostname: shortId(id),
    ...(cookie !== undefined && { cookie }),
    endpoints,
  };
}

interface Made {
  readonly found: FoundInterface;
  readonly endpoint: EndpointRecord;
}

/** What was asked for is not known, but that an endpoint had the highest that leads out in place of the first that could. */
function withPriorities(made: readonly Made[]): EndpointRecord[] {
  const preferred = [AF_INET, AF_INET6].flatMap((family) => {
    const gateway = family === AF_INET ? 'gateway' : 'gateway6';
    const leader = made.find(({ found }) => isWayOut(found, family));
    return leader && leader !== made.find(({ endpoint }) => endpoint[gateway] !== undefined) ? [leader] : [];
  });
  return made.map((one) => (one === preferred[0] ? { ...one.endpoint, gatewayPriority: 1 } : one.endpoint));
}

function modeOf(endpoints: readonly EndpointRecord[], { byId }: KnownNetworks): SandboxRecord['mode'] {
  const first = endpoints.find(({ link }) => !link);
  if (!first) {
    return 'none';
  }
  return byId.get(first.network)?.name === defaultNetworkName ? 'bridge' : 'network';
}

/**
 * Where its namespace is found. The file of its name is ours, unless it is one that we have not mounted; anything else is
 * somebody's, by which it may have been named.
 */
function placeOf({ name, files, isCreated }: FoundSandbox): Pick<SandboxRecord, 'netns' | 'pin'> {
  const pin = join(netnsDirectory, name);
  const own = files.find(({ path }) => path === pin);
  const [file = own] = own ? [own] : files;
  if (!file) {
    return { netns: { kind: 'fd' } };
  }
  const { target = '' } = file;
  if (!own || (target === '' && !isCreated)) {
    return { netns: { kind: 'path', path: file.path } };
  }
  const pid = /^\/proc\/(\d+)\/ns\/net$/.exec(target)?.[1];
  if (target === '') {
    return { netns: { kind: 'created' }, pin };
  }
  const path = normalize(isAbsolute(target) ? target : join(dirname(pin), target));
  return { netns: pid === undefined ? { kind: 'path', path } : { kind: 'pid', pid: Number(pid) }, pin };
}
