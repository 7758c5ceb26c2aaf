import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** What is to be sent back for a packet; nothing: nothing. */
export type Answering = (packet: Buffer, source: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Whoever answers what comes in at one address. */
export interface Answerer {
  /** Whether that address is of somebody who gets answers. */
  readonly admits: (source: string) => boolean;
  readonly answer: Answering;
}

/** Bytes. The kernel gives as much as net.core.rmem_max allows: some hundred queries wait while others are answered. */
const receiveBuffer = 2 ** 20;

/** Answers what comes to one UDP port. */
export class UdpListener {
  readonly #socket: Socket;
  readonly #answer: Answering;
  #isClosed = false;

  private constructor(socket: Socket, answer: Answering) {
    this.#socket = socket;
    this.#answer = answer;
  }

  /** Throws Node's error when the kernel refuses the port. */
  static async open(address: string, port: number, answer: Answering): Promise<UdpListener> {
    const isV6 = isIPv6(address);
    const socket = createSocket({
      type: isV6 ? 'udp6' : 'udp4',
      ipv6Only: isV6,
      recvBufferSize: receiveBuffer,
      // Addresses are addresses: without this each packet would take a turn of the event loop, as if names were to be looked up.
      lookup: (host, _options, done) => done(null, host, isV6 ? 6 : 4),
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off('error', reject);
        resolve();
      });
    }).catch((error) => {
      socket.close();
      throw error;
    });
    const listener = new UdpListener(socket, answer);
    socket.on('message', (packet, from) => listener.#receive(packet, from));
    // What cannot be sent, or was sent to somebody who has gone, is lost as any packet may be.
    socket.on('error', () => undefined);
    return listener;
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  #receive(packet: Buffer, { address, port }: RemoteInfo): void {
    const answer = this.#answer(packet, address);
    if (answer instanceof Promise) {
      void answer.then((late) => this.#send(late, port, address));
    } else {
      this.#send(answer, port, address);
    }
  }

  #send(answer: Uint8Array | undefined, port: number, address: string): void {
    // Port 0 cannot be sent to, and Node throws.
    if (answer && port > 0 && !this.#isClosed) {
      this.#socket.send(answer, port, address);
    }
  }
}
