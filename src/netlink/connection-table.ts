import { type Address, listAddresses } from './address.js';
import { AF_INET6 } from './family.js';
import { type HostPort, type NativeEngine, native } from './native.js';

/** Connections to be forgotten: those that fit any of these. */
export interface ConnectionWishes {
  /** Begun to such a port of the host: of one of its addresses, or of all (none given, `0.0.0.0`, `::`). */
  readonly ports: readonly (Pick<HostPort, 'protocol' | 'port'> & { readonly address?: string | undefined })[];
  /** From or to such an address, before or after network address translation. */
  readonly addresses: readonly string[];
}

const anyAddress = ['0.0.0.0', '::'];

/**
 * The connections that the kernel tracks in one namespace. To find some it has to list them all: 11 ms for its empty
 * table of 262144 buckets, 2 µs more for each connection there is, measured. That happens on a thread of its own, and what
 * is wished for while one listing is under way shares the next.
 */
export class ConnectionTable {
  readonly #engine: NativeEngine;
  readonly #home: number;
  /** Ends when the listing under way does. */
  #current: Promise<unknown> = Promise.resolve();
  #next: { readonly wishes: ConnectionWishes[]; readonly flushed: Promise<number> } | undefined;

  /** `home`: a descriptor of the engine's namespace. Both must last until all flushes have settled. */
  constructor(engine: NativeEngine, home: number) {
    this.#engine = engine;
    this.#home = home;
  }

  /** See Connection.flushConnections. */
  flush(wishes: ConnectionWishes): Promise<number> {
    this.#next ??= this.#begin();
    this.#next.wishes.push(wishes);
    return this.#next.flushed;
  }

  #begin(): { wishes: ConnectionWishes[]; flushed: Promise<number> } {
    const wishes: ConnectionWishes[] = [];
    const flushed = this.#current.then(() => {
      this.#next = undefined;
      return this.#flushAll(wishes);
    });
    this.#current = flushed.catch(() => undefined);
    return { wishes, flushed };
  }

  async #flushAll(wishes: readonly ConnectionWishes[]): Promise<number> {
    const [count] = await this.#engine.readFiles(['sys/net/netfilter/nf_conntrack_count']);
    // Neither where nothing is tracked, nor by a kernel that cannot.
    if ((count?.text ?? '0') === '0') {
      return 0;
    }
    const ports = wishes.flatMap((wish) => wish.ports).flatMap(ofEachFamily);
    const addresses = wishes.flatMap((wish) => wish.addresses);
    const isOfAll = ports.some(({ address }) => anyAddress.includes(address));
    const hostAddresses = isOfAll ? ((await this.#engine.dump(listAddresses())) as Address[]).flatMap(ownAddress) : [];
    const engine = new (native().Engine)({ fd: this.#home }, false);
    try {
      return await engine.flushConnections({ ports, addresses, hostAddresses });
    } finally {
      await engine.close();
    }
  }
}

function ofEachFamily({ protocol, port, address }: ConnectionWishes['ports'][number]): HostPort[] {
  const addresses = address === undefined ? anyAddress : [address];
  return addresses.map((one) => ({ protocol, port, address: one }));
}

/** The interface's own, where listings have it. */
function ownAddress({ family, local, address }: Address): string[] {
  const own = local ?? (family === AF_INET6 ? address : undefined);
  return own === undefined ? [] : [own];
}
