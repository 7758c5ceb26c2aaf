import { familyOf, formatPort, formatSocket, type PortRange, type PortWish, shortId } from '../address/index.js';
import { newError } from '../errors/index.js';
import type { PortClaim, PublishedPort, Tables } from '../store/index.js';

/** The tables of the store that ports of the host are kept in. */
export type PortTables = Pick<Tables, 'sandboxes' | 'ports' | 'counters'>;

export interface ClaimOptions {
  /** Of wishes that name no address of the host; `0.0.0.0`, as in Docker, stands for all of both families. */
  readonly defaultAddress?: string;
  /** Those of which packets to the sandbox are translated. None: it is reached at its own address, and has no port of the host. */
  readonly families: readonly (4 | 6)[];
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

/**
 * Gives a sandbox ports of the host: one for each wish, in their order. No two sandboxes have the same port at the same address. Of
 * a range, ports are given out in turn, so that one that was given back rests. In a transaction; writes nothing when it throws:
 * EPORTTAKEN, ENOFREEPORT, and EBADOPTION for an address of a family that is not translated.
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
export function releasePorts({ ports }: PortTables, sandbox: string, published: readonly PublishedPort[]): void {
  for (const { protocol, port, hostAddress, hostPort } of published) {
    if (hostPort === undefined) {
      continue;
    }
    const key = keyOf(protocol, hostPort);
    const claims = ports.get(key) ?? [];
    const others = claims.filter(
      (claim) => claim.sandbox !== sandbox || claim.port !== port || claim.hostAddress !== hostAddress,
    );
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
    const [protocol, number] = key.split('/') as [PublishedPort['protocol'], string];
    return value.map(({ sandbox, hostAddress }) => ({
      protocol,
      hostPort: Number(number),
      ...(hostAddress !== undefined && { hostAddress }),
      sandbox,
    }));
  });
}

/** Claims that are written together, or not at all. */
class Draft {
  readonly #tables: PortTables;
  readonly #sandbox: string;
  readonly #options: ClaimOptions;
  readonly #claims = new Map<string, readonly PortClaim[]>();
  /** By name of the counter: the last port of a range that was given out. */
  readonly #lastGiven = new Map<string, number>();

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
    const hostPort = this.#choose(wish, hostAddress);
    const where = hostAddress === undefined ? {} : { hostAddress };
    const key = keyOf(protocol, hostPort);
    this.#claims.set(key, [...this.#claimsOf(key), { ...where, sandbox: this.#sandbox, port }]);
    return { protocol, port, ...where, hostPort };
  }

  write(): void {
    for (const [key, claims] of this.#claims) {
      this.#tables.ports.putSync(key, claims);
    }
    for (const [name, port] of this.#lastGiven) {
      this.#tables.counters.putSync(name, port);
    }
  }

  #choose({ protocol, hostPorts = this.#options.range }: PortWish, hostAddress: string | undefined): number {
    const { first, last } = hostPorts;
    const counter = `ports/${protocol}/${first}-${last}`;
    const given = this.#lastGiven.get(counter) ?? this.#tables.counters.get(counter) ?? last;
    const size = last - first + 1;
    for (let i = 1; i <= size; i++) {
      const port = first + ((given - first + i) % size);
      const key = keyOf(protocol, port);
      const holder = this.#claimsOf(key).find((claim) => haveCommon(claim.hostAddress, hostAddress));
      if (size === 1 && holder) {
        throw this.#taken(protocol, port, hostAddress, holder);
      }
      if (!holder && !this.#options.refused?.has(key)) {
        if (size > 1) {
          this.#lastGiven.set(counter, port);
        }
        return port;
      }
    }
    throw newError('ENOFREEPORT', { protocol, first, last });
  }

  #claimsOf(key: string): readonly PortClaim[] {
    return this.#claims.get(key) ?? this.#tables.ports.get(key) ?? [];
  }

  #taken(protocol: PublishedPort['protocol'], port: number, address: string | undefined, holder: PortClaim): Error {
    const inside = formatPort({ protocol, port });
    const sandbox = this.#tables.sandboxes.get(holder.sandbox)?.name ?? shortId(holder.sandbox);
    return newError('EPORTTAKEN', {
      port: address === undefined ? inside : `${formatSocket(address, port)}/${protocol}`,
      sandbox,
    });
  }
}

/** The address of the host at which a wish is fulfilled; nothing if at all of both families. */
function addressFor(wish: PortWish, { defaultAddress, families }: ClaimOptions): string | undefined {
  const isAnywhere = wish.hostAddress === undefined && (defaultAddress ?? everything[4]) === everything[4];
  if (isAnywhere) {
    const [only, other] = families;
    return only === undefined || other !== undefined ? undefined : everything[only];
  }
  const address = wish.hostAddress ?? (defaultAddress as string);
  const family = familyOf(address) ?? 4;
  if (!families.includes(family)) {
    const reason = `packets of IPv${family} to the sandbox are not translated: it has no port of the host in that family`;
    throw newError('EBADOPTION', { option: 'publish', value: address, reason });
  }
  return address;
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

function keyOf(protocol: PublishedPort['protocol'], port: number): string {
  return `${protocol}/${port}`;
}
