import {
  familyOf,
  formatPort,
  formatSocket,
  type PortRange,
  type PortWish,
  type Protocol,
  shortId,
} from '../address/index.js';
import { newError } from '../errors/index.js';
import type { PortClaim, PublishedPort, Tables } from '../store/index.js';
import { giveBack, type PoolTables, PortPool, type Verdict } from './port-pool.js';

/** The tables of the store that ports of the host are kept in. */
export type PortTables = Pick<Tables, 'sandboxes' | 'ports'> & PoolTables;

export interface ClaimOptions {
  /** Of wishes that name no address of the host; `0.0.0.0`, as in Docker, stands for all of both families. */
  readonly defaultAddress?: string;
  /** Those of which packets to the sandbox are translated. None: it is reached at its own address, and has no port of the host. */
  readonly families: readonly (4 | 6)[];
  /** Whether it is reached at its own address in the other family: there too by what is published at all addresses. */
  readonly isRoutedToo?: boolean;
  /** Where ports are given out from that nobody has asked for by number. */
  readonly range: PortRange;
  /** Ports that others are known to have, as `tcp/8080`. */
  readonly refused?: ReadonlySet<string>;
}

/** A port of the host that a sandbox has. */
export interface ClaimedPort extends Pick<PublishedPort, 'protocol' | 'hostAddress'> {
  readonly hostPort: number;
  /** By id. */
  readonly sandbox: string;
}

/** All addresses of a family. */
const everything = { 4: '0.0.0.0', 6: '::' } as const;

/** Led to a sandbox, nothing would come back from it. */
const loopback6 = '::1';

/**
 * Gives a sandbox ports of the host: one for each wish, in their order. No two sandboxes have the same port at the same address.
 * The cost depends on the number of wishes alone. In a transaction; writes nothing when it throws: EPORTTAKEN, ENOFREEPORT, and
 * EBADOPTION for an address of a family that is not translated.
 */
export function claimPorts(
  tables: PortTables,
  sandbox: string,
  wishes: readonly PortWish[],
  options: ClaimOptions,
): PublishedPort[] {
  const draft = new Draft(tables, sandbox, options);
  const published = wishes.map((wish) => draft.claim(wish));
  draft.write();
  return published;
}

/** Takes ports of the host back, those of them that the sandbox has. In a transaction; can be repeated. */
export function releasePorts(tables: PortTables, sandbox: string, published: readonly PublishedPort[]): void {
  const { ports } = tables;
  for (const { protocol, port, hostAddress, hostPort } of published) {
    if (hostPort === undefined) {
      continue;
    }
    const key = keyOf(protocol, hostPort);
    const claims = ports.get(key) ?? [];
    const isGoing = (claim: PortClaim) =>
      claim.sandbox === sandbox && claim.port === port && claim.hostAddress === hostAddress;
    for (const pool of claims.filter(isGoing).flatMap(({ pools = [] }) => pools)) {
      giveBack(tables, pool, hostPort);
    }
    const others = claims.filter((claim) => !isGoing(claim));
    if (others.length > 0) {
      ports.putSync(key, others);
    } else {
      ports.removeSync(key);
    }
  }
}

/** All ports of the host that sandboxes have. */
export function claimedPorts({ ports }: Pick<Tables, 'ports'>): ClaimedPort[] {
  return [...ports.getRange({})].flatMap(({ key, value }) => {
    const [protocol, number] = key.split('/') as [Protocol, string];
    return value.map(({ sandbox, hostAddress }) => ({
      protocol,
      hostPort: Number(number),
      ...(hostAddress !== undefined && { hostAddress }),
      sandbox,
    }));
  });
}

/** A port of the host, and the pool that it comes from, if from one. */
interface Choice {
  readonly hostPort: number;
  readonly pool?: string;
}

/** Claims that are written together, or not at all. */
class Draft {
  readonly #tables: PortTables;
  readonly #sandbox: string;
  readonly #options: ClaimOptions;
  readonly #claims = new Map<string, readonly PortClaim[]>();
  readonly #pools = new Map<string, PortPool>();

  constructor(tables: PortTables, sandbox: string, options: ClaimOptions) {
    this.#tables = tables;
    this.#sandbox = sandbox;
    this.#options = options;
  }

  claim(wish: PortWish): PublishedPort {
    const { protocol, port } = wish;
    const hostAddress = addressFor(wish, this.#options);
    if (this.#options.families.length === 0) {
      return { protocol, port };
    }
    const where = hostAddress === undefined ? {} : { hostAddress };
    const { hostPorts = this.#options.range } = wish;
    const chosen = hostPorts.first === hostPorts.last ? this.#exact(wish, hostPorts.first, hostAddress) : undefined;
    const { hostPort, pool } = chosen ?? this.#next(protocol, hostPorts, hostAddress);
    const key = keyOf(protocol, hostPort);
    const claim = { sandbox: this.#sandbox, port, ...where, ...(pool !== undefined && { pools: [pool] }) };
    this.#claims.set(key, [...this.#claimsOf(key), claim]);
    return { protocol, port, ...where, hostPort };
  }

  write(): void {
    for (const [key, claims] of this.#claims) {
      this.#tables.ports.putSync(key, claims);
    }
    for (const pool of this.#pools.values()) {
      pool.write();
    }
  }

  /** The one that was asked for. */
  #exact({ protocol }: PortWish, hostPort: number, hostAddress: string | undefined): Choice {
    const key = keyOf(protocol, hostPort);
    const holder = holderAmong(this.#claimsOf(key), hostAddress);
    if (holder) {
      throw this.#taken(protocol, hostPort, hostAddress, holder);
    }
    if (this.#options.refused?.has(key)) {
      throw newError('ENOFREEPORT', { protocol, first: hostPort, last: hostPort });
    }
    return { hostPort };
  }

  /** One of a range. */
  #next(protocol: Protocol, range: PortRange, hostAddress: string | undefined): Choice {
    const { first, last } = range;
    const name = `ports/${protocol}/${first}-${last}/${hostAddress ?? ''}`;
    const pool = this.#pools.get(name) ?? new PortPool(this.#tables, name, range);
    this.#pools.set(name, pool);
    const hostPort = pool.take((port) => this.#judge(keyOf(protocol, port), hostAddress, name));
    if (hostPort === undefined) {
      throw newError('ENOFREEPORT', { protocol, first, last });
    }
    return { hostPort, pool: name };
  }

  /** Whoever has a port that a pool passes over gives it back to that pool too. */
  #judge(key: string, hostAddress: string | undefined, pool: string): Verdict {
    const claims = this.#claimsOf(key);
    const holder = holderAmong(claims, hostAddress);
    if (!holder) {
      return this.#options.refused?.has(key) ? 'refused' : 'free';
    }
    const { pools = [] } = holder;
    const marked = { ...holder, pools: [...pools, pool] };
    this.#claims.set(
      key,
      claims.map((claim) => (claim === holder ? marked : claim)),
    );
    return 'claimed';
  }

  #claimsOf(key: string): readonly PortClaim[] {
    return this.#claims.get(key) ?? this.#tables.ports.get(key) ?? [];
  }

  #taken(protocol: Protocol, port: number, address: string | undefined, holder: PortClaim): Error {
    const inside = formatPort({ protocol, port });
    const sandbox = this.#tables.sandboxes.get(holder.sandbox)?.name ?? shortId(holder.sandbox);
    return newError('EPORTTAKEN', {
      port: address === undefined ? inside : `${formatSocket(address, port)}/${protocol}`,
      sandbox,
    });
  }
}

/** The address of the host at which a wish is fulfilled; nothing if at all of both families. */
function addressFor(
  wish: PortWish,
  { defaultAddress, families, isRoutedToo = false }: ClaimOptions,
): string | undefined {
  const isAnywhere = wish.hostAddress === undefined && (defaultAddress ?? everything[4]) === everything[4];
  if (isAnywhere) {
    const [only, other] = families;
    return only === undefined || other !== undefined || isRoutedToo ? undefined : everything[only];
  }
  const address = wish.hostAddress ?? (defaultAddress as string);
  const family = familyOf(address) ?? 4;
  if (address === loopback6) {
    throw badAddress(address, 'Linux takes no packet for it from another interface: publish at 127.0.0.1');
  }
  if (!families.includes(family)) {
    const reason = `packets of IPv${family} to the sandbox are not translated: it has no port of the host in that family`;
    throw badAddress(address, reason);
  }
  return address;
}

function badAddress(value: string, reason: string): Error {
  return newError('EBADOPTION', { option: 'publish', value, reason });
}

/** The claim that keeps others from having the port at an address. */
function holderAmong(claims: readonly PortClaim[], hostAddress: string | undefined): PortClaim | undefined {
  return claims.find((claim) => haveCommon(claim.hostAddress, hostAddress));
}

/** Whether two claims of one port have an address of the host in common. */
function haveCommon(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined || one === other) {
    return true;
  }
  const family = familyOf(one);
  const all = family === undefined ? undefined : everything[family];
  return family === familyOf(other) && (one === all || other === all);
}

function keyOf(protocol: Protocol, port: number): string {
  return `${protocol}/${port}`;
}
