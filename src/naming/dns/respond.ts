import { latestChange, type Store, type Tables } from '../../store/index.js';
import { Cache } from './cache.js';
import { type Client, clientOf } from './client.js';
import { lookUp } from './lookup.js';
import { Spellings } from './spellings.js';
import { Answer, encodeResource, idOf, type Query, Rcode, readQuery, type Transport, Type } from './wire.js';

/** One packet that came in at the address of a network. */
export interface Incoming {
  readonly packet: Uint8Array;
  /** The address that it came from. */
  readonly source: string;
  /** By id: that at whose address it came in. */
  readonly network: string;
  readonly transport: Transport;
}

/** What is to be done about a packet. */
export type Verdict =
  | { readonly kind: 'answer'; readonly packet: Uint8Array }
  /** To be asked of one of these, as it is; `fallback` is the answer when none of them has one. */
  | { readonly kind: 'forward'; readonly servers: readonly string[]; readonly fallback: Uint8Array }
  | { readonly kind: 'drop' };

interface ResponderOptions {
  readonly store: Store;
  /** Addresses of the servers that are asked for those who name none, best first. */
  readonly servers: () => readonly string[];
}

/** A verdict for whoever asks the same again. */
interface Settled {
  readonly answer: Answer;
  /** Who has its first record in turn. */
  readonly turn?: Turn;
  /** Others are to be asked: these, or if there are none the host's. */
  readonly forward?: readonly string[];
}

/** Shared by all to whom the same records are told, so that they are told in rotation, however many ask once each. */
interface Turn {
  next: number;
}

/** Longer queries are rare, and not worth the memory. */
const longestKept = 512;

/**
 * Answers queries from the records as they are at that moment: a name is known as soon as it is on record. What has been worked
 * out is kept until the next change of the records.
 */
export class Responder {
  readonly #store: Store;
  readonly #servers: () => readonly string[];
  readonly #settled = new Cache<Settled>();
  readonly #clients = new Cache<Client>();
  readonly #turns = new Cache<Turn>();
  readonly #spellings = new Spellings();

  constructor({ store, servers }: ResponderOptions) {
    this.#store = store;
    this.#servers = servers;
  }

  /** Never throws for what is in a packet. Throws ESTATEREPLACED and ESTATECORRUPT, as reading records does. */
  respond(incoming: Incoming): Verdict {
    return this.#store.read((tables) => this.#respond(tables, incoming));
  }

  #respond(tables: Tables, incoming: Incoming): Verdict {
    const { packet, source, network, transport } = incoming;
    this.#keepUp(tables);
    // All that matters but the number by which the client knows the answer again.
    const text = packet.length > longestKept ? undefined : asBuffer(packet).toString('latin1', 2);
    const key = text === undefined ? undefined : `${transport} ${network} ${source} ${text}`;
    const known = key === undefined ? undefined : this.#settled.get(key);
    if (known) {
      return this.#verdict(known, idOf(packet));
    }
    const client = this.#clientOf(tables, network, source);
    const reading = client && readQuery(packet, transport);
    if (!reading || reading.kind === 'none') {
      return { kind: 'drop' };
    }
    if (reading.kind === 'refused') {
      return { kind: 'answer', packet: reading.packet };
    }
    const settled = this.#settle(tables, client, reading.query);
    if (key !== undefined) {
      this.#settled.set(key, settled);
    }
    return this.#verdict(settled, idOf(packet));
  }

  /** Forgets what may have changed since the last look. */
  #keepUp(tables: Tables): void {
    const version = latestChange(tables);
    if (this.#settled.expect(version)) {
      this.#clients.expect(version);
      this.#turns.expect(version);
      this.#spellings.follow(tables);
    }
  }

  #clientOf(tables: Tables, network: string, source: string): Client | undefined {
    const key = `${network} ${source}`;
    const known = this.#clients.get(key);
    const client = known ?? clientOf(tables, network, source);
    if (client && !known) {
      this.#clients.set(key, client);
    }
    return client;
  }

  #settle(tables: Tables, client: Client, query: Query): Settled {
    const { name, type } = query.question;
    // Whole zones are nobody's to have; these ask for nothing else.
    if (type === Type.axfr || type === Type.ixfr) {
      return { answer: new Answer(query, Rcode.refused) };
    }
    const found = name === undefined ? 'unknown' : lookUp(tables, this.#spellings, client, { name, type });
    if (found === 'nowhere') {
      return { answer: new Answer(query, Rcode.nxDomain, [], true) };
    }
    if (found !== 'unknown') {
      const resources = found.map((datum) => encodeResource(datum.type, datum.data));
      const answer = new Answer(query, Rcode.noError, resources, true);
      return found.length < 2 ? { answer } : { answer, turn: this.#turnOf(found.map(({ data }) => data).join()) };
    }
    if (client.isForwarded) {
      return { answer: new Answer(query, Rcode.servFail), forward: client.sandbox?.naming?.servers ?? [] };
    }
    // The host knows others whom it can ask; a sandbox does not.
    return { answer: new Answer(query, client.sandbox ? Rcode.nxDomain : Rcode.refused) };
  }

  #turnOf(key: string): Turn {
    const known = this.#turns.get(key);
    // With each change everybody begins anew: not all with the same one.
    const turn = known ?? { next: Math.floor(Math.random() * 0x10000) };
    if (!known) {
      this.#turns.set(key, turn);
    }
    return turn;
  }

  #verdict({ answer, turn, forward }: Settled, id: number): Verdict {
    if (forward) {
      const fallback = answer.packet(id);
      const servers = forward.length > 0 ? forward : this.#servers();
      return servers.length > 0 ? { kind: 'forward', servers, fallback } : { kind: 'answer', packet: fallback };
    }
    return { kind: 'answer', packet: answer.packet(id, turn && turn.next++ % answer.size) };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
