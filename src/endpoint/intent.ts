import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mode } from '../address/index.js';
import { newError } from '../errors/index.js';
import { leaseExact, leaseNext } from '../ipam/index.js';
import type { Network } from '../network/index.js';
import {
  addSandbox,
  findSandbox,
  type NetnsRecord,
  type SandboxRecord,
  type Tables,
  takeHostIndex,
} from '../store/index.js';
import type { EndpointContext } from './context.js';
import { planEndpoint } from './plan.js';
import { netnsDirectory, type Request } from './spec.js';

/**
 * Records what is about to be made, before anything is: the sandbox with its name and, for an endpoint, its address. In
 * a transaction, and writes nothing when it throws: ENAMEINUSE, ENETNSNAME, ENOSANDBOX, ENOOWNNETNS, and leases' errors.
 */
export function recordIntent(
  tables: Tables,
  request: Request,
  network: Network | undefined,
  { owner, mtu }: EndpointContext,
): SandboxRecord {
  checkName(tables, request.name);
  const pin = pinOf(request);
  if (pin !== undefined && lstatSync(pin, { throwIfNoEntry: false })) {
    throw newError('ENETNSNAME', { path: pin });
  }
  const netns = netnsOf(tables, request);
  const endpoint =
    network &&
    planEndpoint(request, network, lease(tables, request, network), {
      mtu,
      hostIndex: takeHostIndex(tables),
    });
  const record: SandboxRecord = {
    id: request.id,
    name: request.name,
    mode: recordedMode(request.mode),
    state: request.target.kind === 'none' ? 'ready' : 'pending',
    owner,
    bound: request.bound,
    created: Date.now(),
    netns,
    ...(pin !== undefined && { pin }),
    ...(endpoint && { endpoint }),
  };
  addSandbox(tables, record);
  return record;
}

function checkName({ names }: Tables, name: string): void {
  const holder = names.get(name);
  if (holder !== undefined) {
    throw newError('ENAMEINUSE', { kind: 'sandbox', name, id: holder.slice(0, 12) });
  }
}

function lease(tables: Tables, { id, ip }: Request, network: Network): number {
  if (ip === undefined) {
    return leaseNext(tables, network, id);
  }
  leaseExact(tables, network, id, ip);
  return ip;
}

/** Its file under /run/netns, unless it has one there already or nobody but us could follow it. */
function pinOf({ target, name }: Request): string | undefined {
  const isThere = target.kind === 'path' && dirname(target.path) === netnsDirectory;
  const isFollowable = target.kind === 'created' || target.kind === 'pid' || target.kind === 'path';
  return isFollowable && !isThere ? join(netnsDirectory, name) : undefined;
}

function netnsOf(tables: Tables, { mode, target }: Request): NetnsRecord {
  if (target.kind !== 'none') {
    return target;
  }
  return mode.kind === 'container' ? { kind: 'shared', sandbox: sharedSandbox(tables, mode) } : { kind: 'host' };
}

/** The sandbox whose namespace is really meant: one that shares a third's leads to that one. */
function sharedSandbox(tables: Tables, { sandbox: reference }: Mode & { kind: 'container' }): string {
  const found = findSandbox(tables, reference);
  if (found?.state !== 'ready') {
    throw newError('ENOSANDBOX', { sandbox: reference.text });
  }
  if (found.netns.kind === 'shared') {
    return found.netns.sandbox;
  }
  if (found.netns.kind === 'host') {
    throw newError('ENOOWNNETNS', { sandbox: found.name, mode: found.mode });
  }
  return found.id;
}

function recordedMode(mode: Mode): SandboxRecord['mode'] {
  return mode.kind === 'network' ? 'bridge' : mode.kind;
}
