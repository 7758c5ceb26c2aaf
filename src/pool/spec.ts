import { parseHostname, parseMode, parseName } from '../address/index.js';
import { type NamesSpec, type NamesWish, readNames } from '../endpoint/names.js';
import { readService, type ServiceSpec, type ServiceWish } from '../endpoint/service.js';
import { type EndpointSpec, readWish } from '../endpoint/wish.js';
import { newError } from '../errors/index.js';

/** What a pool is to hold. */
export interface PoolOptions extends Pick<ServiceSpec, 'publish' | 'expose'> {
  /** How many sandboxes are to wait, 0 to 65536; 0 for who only takes what others have built. */
  readonly size: number;
  /**
   * Whether what is taken is built again in the background, or of how few it begins: 100 fills up to `size` once fewer than 100 are
   * left. Default: true, which is the same as `size`.
   */
  readonly refill?: boolean | number | undefined;
  /** Whether the sandboxes that wait end with this process, and with `close`. Default: true. */
  readonly bound?: boolean | undefined;
}

/** What whoever takes a sandbox adds to it. Ports are beside those that the pool publishes of each. */
export interface TakeSpec extends ServiceSpec, NamesSpec, Pick<EndpointSpec, 'networkAliases'> {
  /** Unique on the host. Default: the first 12 characters of its id. The file under /run/netns has those whatever its name is. */
  readonly name?: string | undefined;
  /** Default: the first 12 characters of its id. */
  readonly hostname?: string | undefined;
  /** Whether the sandbox ends with the calling process: gc removes it once that is gone. Default: false. */
  readonly bound?: boolean | undefined;
}

export interface TakeOptions {
  /** Aborting refuses with EABORTED what has not been begun; what has is finished. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a pool, read. */
export interface PoolWish {
  readonly size: number;
  /** Refilled once fewer than so many are left; 0: never. */
  readonly refillBelow: number;
  readonly bound: boolean;
  readonly service: ServiceWish;
}

/** What is asked for with one that is taken, read. */
export interface TakeWish {
  readonly name: string | undefined;
  readonly hostname: string | undefined;
  readonly service: ServiceWish;
  /** Each once. */
  readonly aliases: readonly string[];
  readonly names: NamesWish;
  readonly bound: boolean;
}

const largest = 65_536;

const known = {
  names: ['dns', 'dnsSearch', 'dnsOptions', 'addHosts', 'env', 'files'],
  own: ['name', 'hostname', 'bound', 'publish', 'publishAll', 'expose', 'links', 'networkAliases'],
} as const satisfies Record<string, readonly (keyof TakeSpec)[]>;
const takeOptions: ReadonlySet<string> = new Set([...known.names, ...known.own]);

/** Of those who ask for nothing. */
const nothing: TakeWish = {
  name: undefined,
  hostname: undefined,
  service: { publish: [], exposed: [], links: [] },
  aliases: [],
  names: { naming: undefined, env: [], files: false },
  bound: false,
};

/** Refuses what has no endpoint, and so nothing to build ahead. Throws EBADMODE, EBADOPTION. */
export function checkPoolNetwork(network: string): void {
  const { kind } = parseMode(network);
  if (kind !== 'bridge' && kind !== 'network') {
    throw newError('EBADOPTION', {
      option: 'network',
      value: network,
      reason: `mode ${kind} makes no endpoint: there is nothing to build ahead`,
    });
  }
}

/** Throws EBADOPTION, EBADPORT and the codes of addresses. */
export function readPoolOptions({ size, refill = true, bound = true, publish, expose }: PoolOptions): PoolWish {
  checkCount('size', size, largest);
  if (typeof refill !== 'boolean') {
    checkCount('refill', refill, size);
  }
  const service = readService({ publish, expose });
  const single = service.publish.find(({ hostPorts }) => hostPorts && hostPorts.first === hostPorts.last);
  if (single && size > 1) {
    throw newError('EBADOPTION', {
      option: 'publish',
      value: `${single.hostPorts?.first}:${single.port}`,
      reason: `only one of ${size} sandboxes can have that port of the host: leave it out, or give a range`,
    });
  }
  const refillBelow = typeof refill === 'number' ? refill : refill ? size : 0;
  return { size, refillBelow, bound, service };
}

/** Throws EBADOPTION, also for what only a sandbox that is made anew can be given; EBADNAME, EBADHOSTNAME, EBADPORT. */
export function readTake(spec: TakeSpec): TakeWish {
  let isEmpty = true;
  for (const [option, value] of Object.entries(spec)) {
    if (value === undefined) {
      continue;
    }
    isEmpty = false;
    if (!takeOptions.has(option)) {
      const reason = 'a sandbox from a pool is complete: it can be given names, ports and links, and nothing else';
      throw newError('EBADOPTION', { option, value, reason });
    }
  }
  if (isEmpty) {
    return nothing;
  }
  const { name, hostname, networkAliases, bound = false } = spec;
  return {
    name: name === undefined ? undefined : parseName(name, 'sandbox'),
    hostname: hostname === undefined ? undefined : parseHostname(hostname),
    service: readService(spec),
    aliases: networkAliases === undefined ? nothing.aliases : readWish({ networkAliases }).aliases,
    names: readNames(spec),
    bound,
  };
}

function checkCount(option: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw newError('EBADOPTION', {
      option,
      value,
      reason: `it is not a whole number from 0 to ${most}`,
    });
  }
}
