import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import {
  type Farewell,
  type Greeting,
  type ListenProblem,
  type ListenReply,
  type ListenRequest,
  socketPath,
} from './control.js';
import { readDocuments, writeDocument } from './control-lines.js';

export interface ControlOptions {
  /** The run directory, whose lock this process has. */
  readonly directory: string;
  /** What the server is known by. */
  readonly instance: number;
  /** Serves a network, by id; returns why it cannot. */
  readonly listen: (network: string) => Promise<ListenProblem | undefined>;
}

/** Where processes that attach sandboxes speak to the name server. Only those who may enter the run directory can. */
export class ControlServer {
  readonly #options: ControlOptions;
  readonly #directory: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: ControlOptions, directory: number) {
    this.#options = options;
    this.#directory = directory;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Throws Node's errors. */
  static async open(options: ControlOptions): Promise<ControlServer> {
    const directory = openSync(options.directory, constants.O_RDONLY | constants.O_DIRECTORY);
    const control = new ControlServer(options, directory);
    const path = socketPath(directory);
    // That of a server that was killed: nobody else has the lock.
    rmSync(path, { force: true });
    const server = control.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', () => undefined);
    return control;
  }

  /**
   * Nobody can connect any more when it returns, and the socket's file is gone. `isWanted`: those who are connected are to
   * start another server; else they are told that this one ends because nobody needs it.
   */
  close({ isWanted }: { readonly isWanted: boolean }): void {
    this.#server.close();
    closeSync(this.#directory);
    for (const socket of this.#sockets) {
      if (isWanted) {
        socket.destroy();
      } else {
        writeDocument(socket, { end: true } satisfies Farewell);
        socket.destroySoon();
      }
    }
  }

  #serve(socket: Socket): void {
    const { instance, listen } = this.#options;
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    readDocuments(socket, (document) => {
      const { request, network } = document as Partial<ListenRequest>;
      if (typeof request === 'number' && typeof network === 'string') {
        listen(network).then(
          (problem) => writeDocument(socket, { request, ...(problem && { problem }) } satisfies ListenReply),
          () => socket.destroy(),
        );
      }
    });
    writeDocument(socket, { instance } satisfies Greeting);
  }
}
