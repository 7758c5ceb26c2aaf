import { randomInt } from 'node:crypto';
import { askOverTcp, askOverUdp } from './forwarder-ask.js';
import { isAnswerTo, rcodeOf, withId } from './forwarder-match.js';
import { SourceCount } from './source-count.js';
import type { Transport } from './wire.js';

export interface ForwarderOptions {
  /** Of the servers that are asked; 53. */
  readonly port?: number;
  /** Milliseconds that a server has for its answer. */
  readonly patience?: number;
}

/** How many queries may wait for an answer, and how many of them of one client: the others are told at once that there is none. */
const mostPending = 2048;
const mostOfSource = 256;

/** How often each server is asked. */
const rounds = 2;
/** Servers that are asked: as many as resolv.conf(5) takes. Those beyond would come when no client waits any more. */
const mostServers = 3;

/** SERVFAIL, NOTIMP and REFUSED: another server may know better. The resolver of glibc goes on to the next after the same ones. */
const refusals: ReadonlySet<number> = new Set([2, 4, 5]);

/**
 * Asks other name servers, as whoever runs it: from the network namespace of the process. Each question is sent from a port and
 * with a number of its own, so that who wants to slip in a false answer has to guess 32 bits.
 */
export class Forwarder {
  readonly #port: number;
  readonly #patience: number;
  /** Each gives up a question that waits for its answer. */
  readonly #underWay = new Set<() => void>();
  readonly #ofSource = new SourceCount();
  #pending = 0;
  #isClosed = false;

  constructor({ port = 53, patience = 2000 }: ForwarderOptions = {}) {
    this.#port = port;
    this.#patience = patience;
  }

  /**
   * The answer to `query`, a well-formed query with one question, of one of these servers (addresses, asked one after the other);
   * undefined when none of them gives one, or when too many are waiting. An answer that was cut to fit is passed on as it is: the
   * client comes back over TCP, and so does the query. `source`: who asks. Never throws.
   */
  async forward(
    query: Buffer,
    servers: readonly string[],
    transport: Transport,
    source: string,
  ): Promise<Buffer | undefined> {
    if (this.#pending >= mostPending || this.#ofSource.of(source) >= mostOfSource) {
      return undefined;
    }
    this.#pending += 1;
    this.#ofSource.add(source);
    try {
      const answer = await this.#askAll(query, servers.slice(0, mostServers), transport);
      return answer && withId(answer, query.readUInt16BE());
    } finally {
      this.#pending -= 1;
      this.#ofSource.remove(source);
    }
  }

  /** Gives up what is waiting. */
  close(): void {
    this.#isClosed = true;
    for (const giveUp of this.#underWay) {
      giveUp();
    }
  }

  async #askAll(query: Buffer, servers: readonly string[], transport: Transport): Promise<Buffer | undefined> {
    const ask = transport === 'udp' ? askOverUdp : askOverTcp;
    let refusal: Buffer | undefined;
    for (let round = 0; round < rounds && !refusal; round++) {
      for (const server of servers) {
        if (this.#isClosed) {
          return undefined;
        }
        const question = withId(query, randomInt(2 ** 16));
        const answer = await ask(question, {
          server,
          port: this.#port,
          patience: this.#patience,
          underWay: this.#underWay,
          isAnswer: (packet) => isAnswerTo(packet, question),
        });
        if (answer && !refusals.has(rcodeOf(answer))) {
          return answer;
        }
        refusal ??= answer;
      }
    }
    return refusal;
  }
}
