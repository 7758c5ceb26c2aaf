import { Connection, findPortUser } from '../../netlink/index.js';
import type { ListenProblem } from './control.js';
import { type TcpClients, TcpListener } from './tcp.js';
import { type Answerer, UdpListener } from './udp.js';

/** The port of the domain name system. */
const port = 53;

type Listener = UdpListener | TcpListener;

/** What listens at the addresses of one network, over UDP and TCP. */
export class NetworkListeners {
  readonly addresses: readonly string[];
  readonly #listeners: readonly Listener[];

  private constructor(addresses: readonly string[], listeners: readonly Listener[]) {
    this.addresses = addresses;
    this.#listeners = listeners;
  }

  /** All or nothing: returns what the kernel refused, if it did. */
  static async open(
    addresses: readonly string[],
    answerers: Readonly<Record<'udp' | 'tcp', Answerer>>,
    clients: TcpClients,
  ): Promise<NetworkListeners | ListenProblem> {
    const listeners: Listener[] = [];
    for (const address of addresses) {
      for (const protocol of ['udp', 'tcp'] as const) {
        try {
          listeners.push(
            protocol === 'udp'
              ? await UdpListener.open(address, port, answerers.udp.answer)
              : await TcpListener.open(address, port, answerers.tcp, clients),
          );
        } catch (error) {
          for (const listener of listeners) {
            listener.close();
          }
          return problemOf(error, address, protocol);
        }
      }
    }
    return new NetworkListeners(addresses, listeners);
  }

  close(): void {
    for (const listener of this.#listeners) {
      listener.close();
    }
  }
}

async function problemOf(error: unknown, address: string, protocol: 'udp' | 'tcp'): Promise<ListenProblem> {
  const { errno, code } = error as NodeJS.ErrnoException;
  if (errno === undefined) {
    throw error;
  }
  const object = `${address.includes(':') ? `[${address}]` : address}:${port}/${protocol}`;
  const user = code === 'EADDRINUSE' ? await userOf(address, protocol) : undefined;
  return { errno: Math.abs(errno), object, ...(user !== undefined && { user }) };
}

/** Who has the port; nothing when that cannot be found out. */
async function userOf(address: string, protocol: 'udp' | 'tcp'): Promise<string | undefined> {
  try {
    const connection = await Connection.open({ path: '/proc/thread-self/ns/net' });
    try {
      return await findPortUser(connection, { protocol, address, port });
    } finally {
      await connection.close();
    }
  } catch {
    return undefined;
  }
}
