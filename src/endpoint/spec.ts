import { isAbsolute, normalize } from 'node:path';
import { type Mode, newId, parseHostname, parseMode, parseName, parsePid, shortId } from '../address/index.js';
import { newError } from '../errors/index.js';
import type { NetnsRef } from '../netlink/index.js';
import { forFiles, type NamesSpec, type NamesWish, readNames } from './names.js';
import { readService, type ServiceSpec, type ServiceWish } from './service.js';
import { type EndpointSpec, type EndpointWish, readWish } from './wish.js';

/**
 * What to make a sandbox of, and how to join it to a network. Exactly one of `pid`, `netns`, `fd` and `create` says
 * whose namespace it is; none, in the modes `host` and `container:…`, which have no other than the host's or that
 * sandbox's.
 */
export interface AttachSpec extends EndpointSpec, ServiceSpec, NamesSpec {
  /** The namespace of a running process. The sandbox is gone, for gc, when the process has ended. */
  readonly pid?: number | undefined;
  /** A namespace's file: `/run/netns/web`, `/proc/2778/ns/net`. */
  readonly netns?: string | undefined;
  /** An open descriptor of a namespace's file; it stays the caller's. */
  readonly fd?: number | undefined;
  /** A new namespace, bound to `/run/netns/NAME` so that `ip netns` sees it. */
  readonly create?: boolean | undefined;
  /** Unique on the host. Default: the file's name if it is under /run/netns, else the first 12 characters of the id. */
  readonly name?: string | undefined;
  /**
   * Host name of what runs in it, and of those who share it. Default: the first 12 characters of its id; in mode `host`
   * the host's.
   */
  readonly hostname?: string | undefined;
  /** `bridge` (the default), `host`, `none`, `container:NAME|ID`, or a network's name. */
  readonly network?: string | undefined;
  /** Whether the sandbox ends with the calling process: gc removes it once that is gone. */
  readonly bound?: boolean | undefined;
}

/** Whose namespace a sandbox is. */
export type Target =
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'fd'; readonly fd: number }
  | { readonly kind: 'created' }
  | { readonly kind: 'none' };

/** A target with a namespace of its own. */
export type OwnNamespace = Exclude<Target, { kind: 'none' }>;

/** A spec that was read: everything in it is well formed, and fits together. */
export interface Request {
  readonly id: string;
  readonly name: string;
  readonly mode: Mode;
  readonly target: Target;
  readonly hostname: string | undefined;
  /** What is asked for of its endpoint; of no meaning in modes that make none. */
  readonly wish: EndpointWish;
  readonly service: ServiceWish;
  readonly names: NamesWish;
  readonly bound: boolean;
  /** Of one that is built ahead: see PoolMark. */
  readonly shape?: string;
}

/** What only an endpoint can have. */
const forEndpoints = [
  ...(['ip', 'ip6', 'macAddress', 'defaultGateway', 'mtu', 'gatewayPriority'] as const),
  ...(['publish', 'publishAll', 'links', 'networkAliases'] as const),
];

/** A descriptor is an int. */
const highestDescriptor = 2 ** 31 - 1;

/** Where `ip netns` looks for namespaces. */
export const netnsDirectory = '/run/netns';

/**
 * Reads a spec. Throws EUSAGE, EBADOPTION and the grammars' codes: EBADNAME, EBADHOSTNAME, EBADADDR, EBADMAC, EBADMTU,
 * EBADPID, EBADMODE, EBADCIDR, EBADPORT.
 */
export function readSpec(spec: AttachSpec): Request {
  if (typeof spec !== 'object' || spec === null) {
    throw newError('EUSAGE', { problem: 'say what to attach in an object, such as { pid: 2778 }' });
  }
  const id = newId();
  const mode = parseMode(spec.network ?? 'bridge');
  const target = readTarget(spec);
  checkFit(spec, mode, target);
  return {
    id,
    name: spec.name === undefined ? defaultName(target, id) : parseName(spec.name, 'sandbox'),
    mode,
    target,
    hostname: spec.hostname === undefined ? undefined : parseHostname(spec.hostname),
    wish: readWish(spec),
    service: readService(spec),
    names: readNames(spec),
    bound: spec.bound ?? false,
  };
}

/** Whether a target has a namespace of its own, which the engine has to work on. */
export function hasNamespace(target: Target): target is OwnNamespace {
  return target.kind !== 'none';
}

/** What a target is called in messages. */
export function describeTarget(target: Target): string {
  switch (target.kind) {
    case 'pid':
      return `process ${target.pid}`;
    case 'path':
      return target.path;
    case 'fd':
      return `descriptor ${target.fd}`;
    default:
      return 'a new sandbox';
  }
}

/** The target as the engine takes it. */
export function netnsRef(target: OwnNamespace): NetnsRef | { readonly create: true } {
  switch (target.kind) {
    case 'pid':
      return { pid: target.pid };
    case 'path':
      return { path: target.path };
    case 'fd':
      return { fd: target.fd };
    case 'created':
      return { create: true };
  }
}

function readTarget({ pid, netns, fd, create }: AttachSpec): Target {
  const given = [pid, netns, fd, create || undefined].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw newError('EUSAGE', { problem: 'a sandbox has one namespace: give only one of pid, netns, fd and create' });
  }
  if (pid !== undefined) {
    return { kind: 'pid', pid: parsePid(pid) };
  }
  if (netns !== undefined) {
    return { kind: 'path', path: readPath(netns) };
  }
  if (fd !== undefined) {
    return { kind: 'fd', fd: readDescriptor(fd) };
  }
  return create ? { kind: 'created' } : { kind: 'none' };
}

function readPath(path: string): string {
  if (typeof path !== 'string' || !isAbsolute(path) || path.includes('\0')) {
    throw newError('EBADOPTION', { option: 'netns', value: path, reason: 'it is not an absolute path' });
  }
  return normalize(path);
}

function readDescriptor(fd: number): number {
  if (!Number.isInteger(fd) || fd < 0 || fd > highestDescriptor) {
    throw newError('EBADOPTION', { option: 'fd', value: fd, reason: 'it is not a file descriptor' });
  }
  return fd;
}

/** Modes without a namespace of their own take none, and only endpoints have addresses. */
function checkFit(spec: AttachSpec, mode: Mode, target: Target): void {
  const sharesNamespace = mode.kind === 'host' || mode.kind === 'container';
  if (sharesNamespace && target.kind !== 'none') {
    throw newError('EUSAGE', {
      problem: `mode ${mode.kind} has a namespace already: leave out pid, netns, fd and create`,
    });
  }
  if (!sharesNamespace && target.kind === 'none') {
    throw newError('EUSAGE', { problem: 'say whose namespace to attach: one of pid, netns, fd and create' });
  }
  if (mode.kind === 'container' && spec.hostname !== undefined) {
    throw newError('EBADOPTION', {
      option: 'hostname',
      value: spec.hostname,
      reason: 'mode container has the host name of the sandbox that it shares',
    });
  }
  const theirs = mode.kind === 'container' ? forFiles.find((option) => spec[option] !== undefined) : undefined;
  if (theirs) {
    throw newError('EBADOPTION', {
      option: theirs,
      value: spec[theirs],
      reason: 'mode container has the files of the sandbox that it shares',
    });
  }
  const misplaced = forEndpoints.find((option) => spec[option] !== undefined && spec[option] !== false);
  if (misplaced && (sharesNamespace || mode.kind === 'none')) {
    throw newError('EBADOPTION', {
      option: misplaced,
      value: spec[misplaced],
      reason: `mode ${mode.kind} makes no endpoint`,
    });
  }
}

function defaultName(target: Target, id: string): string {
  const file = target.kind === 'path' ? target.path : '';
  const name = file.startsWith(`${netnsDirectory}/`) ? file.slice(netnsDirectory.length + 1) : '';
  try {
    return parseName(name, 'sandbox');
  } catch {
    return shortId(id);
  }
}
