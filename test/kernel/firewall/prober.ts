import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where a socket is opened: the name of a file under /run/netns. */
export interface Where {
  readonly netns: string;
}

/** Answers every client with its own name and the address that it takes the client for. */
export interface Server extends Where {
  readonly family: 4 | 6;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly name: string;
}

/** A client that asks once. */
export interface Probe extends Where {
  readonly family: 4 | 6;
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  /** Its own address, instead of the one that routes choose. */
  readonly source?: string;
  /** What it says, where it is not the server that speaks first (UDP). */
  readonly payload?: string;
}

/** What became of a probe: `unreachable` says a route or a router, `dropped` nobody. */
export interface Outcome {
  readonly verdict: 'reached' | 'refused' | 'unreachable' | 'dropped';
  /** Who has answered. */
  readonly server?: string;
  /** The client's address, as the client sees it. */
  readonly own?: string;
  /** The same, as the server sees it. */
  readonly seen?: string;
}

/** An interface at which everything that arrives is written down. */
export interface Place extends Where {
  readonly interface: string;
  readonly name: string;
}

/** Bytes to be sent out of an interface as they are. */
export interface Frame extends Where {
  readonly interface: string;
  readonly bytes: Buffer;
}

const program = fileURLToPath(new URL('prober.py', import.meta.url));

/** Seconds without an answer after which a packet counts as dropped; a lost SYN is sent again after one. */
const deadline = 1.6;

/** Sockets in any number of namespaces, held by one helper process: hundreds of probes take as long as one. */
export class Prober {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    this.#process = spawn('python3', [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.#process.stdout) {
      throw new Error('the prober has no output');
    }
    this.#lines = createInterface(this.#process.stdout);
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** Until the prober ends. */
  async serve(servers: readonly Server[]): Promise<void> {
    await this.#ask({ do: 'serve', servers: servers.map(located) });
  }

  /** Until the prober ends. */
  async listen(places: readonly Place[]): Promise<void> {
    await this.#ask({ do: 'listen', places: places.map(located) });
  }

  /** All at once; in the same order. */
  async probe(probes: readonly Probe[]): Promise<Outcome[]> {
    return (await this.#ask({ do: 'probe', deadline, probes: probes.map(located) })) as Outcome[];
  }

  /** One after the other. */
  async send(frames: readonly Frame[]): Promise<void> {
    const written = frames.map((frame) => ({ ...located(frame), bytes: frame.bytes.toString('hex') }));
    await this.#ask({ do: 'send', frames: written });
  }

  /** For each text the names of servers (UDP) and places where it has arrived. */
  async heard(texts: readonly string[]): Promise<string[][]> {
    return (await this.#ask({ do: 'heard', texts })) as string[][];
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin?.end();
    await ended;
    this.#lines.close();
  }

  /** One request at a time. */
  async #ask(request: object): Promise<unknown> {
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) {
      throw new Error('the prober has ended: what it said is on stderr');
    }
    return JSON.parse(value) as unknown;
  }
}

function located<Located extends Where>(located: Located): Located {
  return { ...located, netns: `/run/netns/${located.netns}` };
}
