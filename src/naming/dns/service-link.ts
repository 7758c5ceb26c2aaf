import { connect, type Socket } from 'node:net';
import { codeOf } from '../../errors/index.js';
import type { Greeting, ListenProblem, ListenReply, ListenRequest } from './control.js';
import { withSocketPath } from './control.js';
import { readDocuments, writeDocument } from './control-lines.js';

/** Nobody serves there: no file, one that nobody listens on, or a server that is just going. */
const absences: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

type Message = Partial<Greeting & ListenReply & { readonly end: true }>;

/** A connection to the name server. It keeps no process running unless something is asked over it. */
export class ServiceLink {
  /** What the server is known by. */
  readonly instance: number;
  /** Resolves when the connection has ended: whether because nobody needs the server any more. */
  readonly ended: Promise<{ readonly isWanted: boolean }>;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (reply: ListenReply | undefined) => void>();
  /** Ids of networks that it serves. */
  readonly #served = new Set<string>();
  #isOpen = true;
  #requests = 0;

  private constructor(socket: Socket, instance: number, documents: Documents) {
    this.#socket = socket;
    this.instance = instance;
    this.ended = new Promise((resolve) => {
      const end = (isWanted: boolean) => {
        this.#isOpen = false;
        for (const reply of this.#waiting.values()) {
          reply(undefined);
        }
        this.#waiting.clear();
        resolve({ isWanted });
      };
      documents.follow(
        (message) => {
          if (message.end) {
            end(false);
            socket.destroy();
          } else if (message.request !== undefined) {
            this.#waiting.get(message.request)?.({ ...message, request: message.request });
          }
        },
        () => end(true),
      );
    });
    socket.unref();
  }

  /**
   * Connects to the server of a run directory; nothing if there is none, or if it goes before it has said anything. Throws
   * Node's errors of connecting, and the signal's reason.
   */
  static async open(directory: string, signal: AbortSignal): Promise<ServiceLink | undefined> {
    signal.throwIfAborted();
    const socket = withSocketPath(directory, (path) => connect(path));
    const documents = new Documents(socket);
    const abort = () => socket.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const greeting = await documents.first();
      signal.throwIfAborted();
      return greeting?.instance === undefined ? undefined : new ServiceLink(socket, greeting.instance, documents);
    } catch (error) {
      if (absences.has(codeOf(error))) {
        return undefined;
      }
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the server has said that it serves that network, and nothing else since. */
  serves(network: string): boolean {
    return this.#isOpen && this.#served.has(network);
  }

  /**
   * Asks for a network to be served. Returns why it is not, if it is not; `over` when the connection has ended, or ends before
   * the answer is there.
   */
  async listen(network: string): Promise<ListenProblem | 'over' | undefined> {
    if (!this.#isOpen) {
      return 'over';
    }
    const request = ++this.#requests;
    const answer = new Promise<ListenReply | undefined>((resolve) => this.#waiting.set(request, resolve));
    this.#socket.ref();
    writeDocument(this.#socket, { request, network } satisfies ListenRequest);
    const reply = await answer;
    this.#waiting.delete(request);
    if (this.#waiting.size === 0) {
      this.#socket.unref();
    }
    if (reply && !reply.problem) {
      this.#served.add(network);
    }
    return reply ? reply.problem : 'over';
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** What comes over a connection, from its beginning on. */
class Documents {
  readonly #early: Message[] = [];
  readonly #first: Promise<Message | undefined>;
  #heed: (message: Message) => void;
  #end: () => void = () => undefined;
  #isOver = false;

  constructor(socket: Socket) {
    let error: Error | undefined;
    this.#heed = (message) => this.#early.push(message);
    this.#first = new Promise((resolve, reject) => {
      readDocuments(socket, (document) => {
        const message = document as Message;
        if (message.instance === undefined) {
          this.#heed(message);
        } else {
          resolve(message);
        }
      });
      socket.on('error', (cause) => {
        error = cause;
      });
      socket.on('close', () => {
        this.#isOver = true;
        this.#end();
        if (error) {
          reject(error);
        } else {
          resolve(undefined);
        }
      });
    });
    // Whoever never asks for it is told by `follow`.
    this.#first.catch(() => undefined);
  }

  /** The greeting; nothing when the connection ends before. Throws what it breaks with. */
  first(): Promise<Message | undefined> {
    return this.#first;
  }

  follow(heed: (message: Message) => void, end: () => void): void {
    this.#heed = heed;
    this.#end = end;
    for (const message of this.#early.splice(0)) {
      heed(message);
    }
    if (this.#isOver) {
      end();
    }
  }
}
