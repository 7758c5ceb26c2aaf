import { createServer, type Server, type Socket } from 'node:net';
import { SourceCount } from './source-count.js';
import { TcpMessages, withLength } from './tcp-messages.js';
import type { Answerer, Answering } from './udp.js';

/** How many connections there may be, of all listeners together. */
const mostClients = 256;
/** How many from one address. */
const mostOfSource = 16;
/** Milliseconds for a query to be complete, for the next one to begin, and for answers to be taken. */
const patience = 10_000;
/** Queries of one connection that are answered at a time: the others wait in the kernel. */
const mostAtOnce = 16;
/** Bytes of answers that a client has not taken yet, beyond which nothing more is read from it. */
const mostWaiting = 128 * 1024;

/** All connections over TCP: their number is limited, whichever addresses they came in at. */
export class TcpClients {
  /** Those that have been quiet longest first. */
  readonly #clients = new Set<TcpClient>();
  readonly #ofSource = new SourceCount();

  /** Takes a connection on, or ends it at once. When there are too many, that goes which has been quiet longest. */
  add(socket: Socket, { admits, answer }: Answerer): void {
    const source = socket.remoteAddress;
    if (source === undefined || this.#ofSource.of(source) >= mostOfSource || !admits(source)) {
      socket.destroy();
      return;
    }
    if (this.#clients.size >= mostClients) {
      const [quietest] = this.#clients;
      quietest?.end();
    }
    const client = new TcpClient(
      socket,
      (query) => answer(query, source),
      () => this.#moveBack(client),
    );
    this.#clients.add(client);
    this.#ofSource.add(source);
    socket.on('close', () => {
      this.#clients.delete(client);
      this.#ofSource.remove(source);
    });
  }

  close(): void {
    for (const client of this.#clients) {
      client.end();
    }
  }

  #moveBack(client: TcpClient): void {
    if (this.#clients.delete(client)) {
      this.#clients.add(client);
    }
  }
}

/** One connection: queries in, answers out, in whichever order they are ready (RFC 7766, 7). */
class TcpClient {
  readonly #socket: Socket;
  readonly #messages = new TcpMessages();
  readonly #answer: (query: Buffer) => ReturnType<Answering>;
  readonly #active: () => void;
  readonly #timer: NodeJS.Timeout;
  #underWay = 0;
  #hasEnded = false;

  /** `active` is called when a query is complete. */
  constructor(socket: Socket, answer: (query: Buffer) => ReturnType<Answering>, active: () => void) {
    this.#socket = socket;
    this.#answer = answer;
    this.#active = active;
    this.#timer = setTimeout(() => this.#expire(), patience);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.#messages.add(bytes);
      this.#proceed();
    });
    socket.on('drain', () => this.#proceed());
    // A client that says that it has no more questions still waits for the answers.
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#endIfDone();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => clearTimeout(this.#timer));
  }

  /** What the client does not take is thrown away: otherwise the kernel would keep it, and try for minutes. */
  end(): void {
    if (this.#socket.writableLength > 0) {
      this.#socket.resetAndDestroy();
    } else {
      this.#socket.destroy();
    }
  }

  #expire(): void {
    // Who waits for an answer that comes from elsewhere has done its part.
    if (this.#underWay > 0) {
      this.#timer.refresh();
    } else {
      // Node knows of no answers that are waiting in the kernel: an orderly end would wait behind them.
      this.#socket.resetAndDestroy();
    }
  }

  /** Answers what is complete, as far as the client takes the answers. */
  #proceed(): void {
    while (this.#canGoOn()) {
      const query = this.#messages.take();
      if (query === undefined) {
        break;
      }
      this.#active();
      // The time for the next query, or for this one's answer.
      this.#timer.refresh();
      this.#respond(query);
    }
    if (this.#canGoOn()) {
      this.#socket.resume();
    } else {
      this.#socket.pause();
    }
    this.#endIfDone();
  }

  #canGoOn(): boolean {
    return !this.#socket.destroyed && this.#underWay < mostAtOnce && this.#socket.writableLength < mostWaiting;
  }

  #respond(query: Buffer): void {
    const answer = this.#answer(query);
    if (answer instanceof Promise) {
      this.#underWay += 1;
      void answer.then((late) => {
        this.#underWay -= 1;
        this.#send(late);
        this.#proceed();
      });
    } else {
      this.#send(answer);
    }
  }

  /** Who gets no answer has no business here. */
  #send(answer: Uint8Array | undefined): void {
    if (answer === undefined) {
      this.end();
    } else if (this.#socket.writable) {
      this.#timer.refresh();
      this.#socket.write(withLength(answer));
    }
  }

  #endIfDone(): void {
    if (this.#hasEnded && this.#underWay === 0 && !this.#messages.hasComplete) {
      this.#socket.end();
    }
  }
}

/** Answers what comes to one TCP port. */
export class TcpListener {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Throws Node's error when the kernel refuses the port. */
  static async open(address: string, port: number, answerer: Answerer, clients: TcpClients): Promise<TcpListener> {
    const server = createServer({ allowHalfOpen: true }, (socket) => clients.add(socket, answerer));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port, ipv6Only: true, exclusive: true, backlog: mostClients }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    // No descriptor is left for a connection: it waits, or is given up by the client.
    server.on('error', () => undefined);
    return new TcpListener(server);
  }

  close(): void {
    this.#server.close();
  }
}
