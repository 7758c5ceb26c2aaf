import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { TcpMessages, withLength } from './tcp-messages.js';

/** Whom to ask, and what counts as an answer. */
export interface Asking {
  /** An address, of IPv6 perhaps with its zone. */
  readonly server: string;
  readonly port: number;
  /** Milliseconds. */
  readonly patience: number;
  /** What gives up all that is under way. */
  readonly underWay: Set<() => void>;
  readonly isAnswer: (packet: Buffer) => boolean;
}

/**
 * The first answer to come over UDP, from that server's address and port: the kernel gives a connected socket nothing else. All
 * else that comes is passed over. Undefined when none comes in time, or the server's host says that there is none.
 */
export function askOverUdp(question: Buffer, asking: Asking): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const family = isIPv6(asking.server) ? 6 : 4;
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      // Addresses are addresses: nothing is to be looked up.
      lookup: (host, _options, done) => done(null, host, family),
    });
    let isOver = false;
    const end = once((answer?: Buffer) => {
      isOver = true;
      stop();
      socket.close();
      resolve(answer);
    });
    const stop = onTime(asking, end);
    socket.on('error', () => end());
    socket.on('message', (packet) => {
      if (asking.isAnswer(packet)) {
        end(packet);
      }
    });
    socket.on('connect', () => {
      // Which comes a turn later than the connection itself: it may have been given up by then, and Node throws.
      if (!isOver) {
        socket.send(question, (error) => {
          if (error) {
            end();
          }
        });
      }
    });
    attempt(() => socket.connect(asking.port, asking.server), end);
  });
}

/** The same over TCP; a stream that is none of messages ends it. */
export function askOverTcp(question: Buffer, asking: Asking): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: asking.server, port: asking.port });
    const messages = new TcpMessages();
    const end = once((answer?: Buffer) => {
      stop();
      socket.destroy();
      resolve(answer);
    });
    const stop = onTime(asking, end);
    socket.on('error', () => end());
    socket.on('close', () => end());
    socket.on('connect', () => socket.write(withLength(question)));
    socket.on('data', (bytes) => {
      messages.add(bytes);
      for (let message = messages.take(); message; message = messages.take()) {
        if (asking.isAnswer(message)) {
          end(message);
          return;
        }
      }
    });
  });
}

/** Ends it when its time is over, or when all is given up; returns what takes that back. */
function onTime({ patience, underWay }: Asking, end: () => void): () => void {
  const timer = setTimeout(end, patience);
  underWay.add(end);
  return () => {
    clearTimeout(timer);
    underWay.delete(end);
  };
}

function attempt(work: () => void, otherwise: () => void): void {
  try {
    work();
  } catch {
    otherwise();
  }
}

function once<Arguments extends unknown[]>(work: (...given: Arguments) => void): (...given: Arguments) => void {
  let isDone = false;
  return (...given) => {
    if (!isDone) {
      isDone = true;
      work(...given);
    }
  };
}
