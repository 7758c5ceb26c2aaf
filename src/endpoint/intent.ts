import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Mode, shortId } from '../address/index.js';
import { attempt, newError } from '../errors/index.js';
import { releasePorts } from '../ipam/index.js';
import type { Network } from '../network/index.js';
import {
  addSandbox,
  type EndpointRecord,
  findSandbox,
  type NetnsRecord,
  refuseTakenName,
  type SandboxRecord,
  type Tables,
} from '../store/index.js';
import type { EndpointContext } from './context.js';
import { takeHostEnd } from './host-end.js';
import { leaseAddresses } from './lease.js';
import { planEndpoint } from './plan.js';
import { addAliases, refuseAliases } from './record-names.js';
import { addLinkers, claim, resolveLinks } from './record-service.js';
import { netnsDirectory, type Request } from './spec.js';

/**
 * Records what is about to be made, before anything is: the sandbox with its name and, for an endpoint, its addresses. In
 * a transaction, and writes nothing when it throws: ENAMEINUSE, ENETNSNAME, ENOREACH, ENOSANDBOX, ENOOWNNETNS, EBADOPTION for
 * aliases where there are no names, and the errors of leases and of ports.
 */
export function recordIntent(
  tables: Tables,
  request: Request,
  network: Network | undefined,
  { owner, publishing }: Pick<EndpointContext, 'owner' | 'publishing'>,
): SandboxRecord {
  refuseTakenName(tables, request.name);
  if (network && !network.hasHostEnd && request.target.kind === 'fd') {
    // Its interface is inside alone: nobody could take it away again.
    throw newError('ENOREACH', { sandbox: request.name });
  }
  if (network) {
    refuseAliases(request.wish, network);
  }
  const pin = pinOf(request);
  if (pin !== undefined && lstatSync(pin, { throwIfNoEntry: false })) {
    throw newError('ENETNSNAME', { path: pin });
  }
  const shared = sharedSandbox(tables, request.mode);
  const hostname = hostnameOf(request, shared);
  const { service, names } = request;
  const links = resolveLinks(tables, service.links, network);
  const ports = claim(tables, request.id, service.publish, network, publishing);
  const endpoint = network && attempt(() => firstEndpoint(tables, request, network));
  if (endpoint instanceof Error) {
    releasePorts(tables, request.id, ports);
    throw endpoint;
  }
  const record: SandboxRecord = {
    id: request.id,
    name: request.name,
    mode: request.mode.kind,
    state: request.target.kind === 'none' ? 'ready' : 'pending',
    owner,
    bound: request.bound,
    created: Date.now(),
    netns: netnsOf(request, shared),
    ...(hostname !== undefined && { hostname }),
    ...(pin !== undefined && { pin }),
    endpoints: endpoint ? [endpoint] : [],
    ...(ports.length > 0 && { ports }),
    ...(service.exposed.length > 0 && { exposed: service.exposed }),
    ...(links.length > 0 && { links }),
    ...(names.naming && { naming: names.naming }),
    ...(names.env.length > 0 && { env: names.env }),
    // Whoever shares a namespace uses the files that are there already: see filesHolder.
    ...(names.files && { files: true }),
    ...(request.shape !== undefined && { pool: { shape: request.shape } }),
  };
  addSandbox(tables, record);
  for (const one of record.endpoints) {
    addAliases(tables, record.id, one);
  }
  addLinkers(tables, record);
  return record;
}

function firstEndpoint(tables: Tables, { id, wish }: Request, network: Network): EndpointRecord {
  const leases = leaseAddresses(tables, network, id, wish);
  return planEndpoint(wish, network, leases, 0, takeHostEnd(tables, network));
}

/** Its file under /run/netns, unless it has one there already or nobody but us could follow it. */
function pinOf({ target, name }: Request): string | undefined {
  const isThere = target.kind === 'path' && dirname(target.path) === netnsDirectory;
  const isFollowable = target.kind === 'created' || target.kind === 'pid' || target.kind === 'path';
  return isFollowable && !isThere ? join(netnsDirectory, name) : undefined;
}

function netnsOf({ target }: Request, shared: SandboxRecord | undefined): NetnsRecord {
  if (target.kind !== 'none') {
    return target;
  }
  if (!shared) {
    return { kind: 'host' };
  }
  // One that shares a third's namespace leads to that one.
  return shared.netns.kind === 'shared' ? shared.netns : { kind: 'shared', sandbox: shared.id };
}

function hostnameOf({ id, mode, hostname }: Request, shared: SandboxRecord | undefined): string | undefined {
  if (shared) {
    return shared.hostname;
  }
  return hostname ?? (mode.kind === 'host' ? undefined : shortId(id));
}

/** The sandbox that mode `container` names; nothing in other modes. */
function sharedSandbox(tables: Tables, mode: Mode): SandboxRecord | undefined {
  if (mode.kind !== 'container') {
    return undefined;
  }
  const found = findSandbox(tables, mode.sandbox);
  if (found?.state !== 'ready') {
    throw newError('ENOSANDBOX', { sandbox: mode.sandbox.text });
  }
  if (found.netns.kind === 'host') {
    throw newError('ENOOWNNETNS', { sandbox: found.name, mode: found.mode });
  }
  return found;
}
