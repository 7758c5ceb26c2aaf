import { endianness } from 'node:os';

/** A socket with a port, as a table under /proc/net lists it. */
export interface BoundSocket {
  /** An IPv6 address as a number; IPv4 addresses as mapped ones (::ffff:0:0/96). */
  readonly address: bigint;
  readonly port: number;
  /** It waits for whoever comes; others have one peer. */
  readonly isServing: boolean;
  /** Of the socket, as in `socket:[4711]`; '0' when nobody has it open any more. */
  readonly inode: string;
}

/** Where IPv4 addresses are among those of IPv6. */
export const mappedPrefix = 0xffffn << 32n;

/** TCP_LISTEN, and TCP_CLOSE, which a UDP socket without a peer shows (net/tcp_states.h). */
const servingStates = ['0A', '07'];

/**
 * What a table says: /proc/net/tcp, udp, tcp6 or udp6 (get_tcp4_sock in net/ipv4/tcp_ipv4.c and its like). Lines that make no
 * sense, as the last one where the table was cut off, are passed over.
 */
export function parseSocketTable(text: string): BoundSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
    const [, words, port] = /^((?:[\dA-F]{8}){1,4}):([\dA-F]{4})$/.exec(local) ?? [];
    if (words === undefined || port === undefined || !/^\d+$/.test(inode)) {
      return [];
    }
    const isServing = servingStates.includes(state);
    return [{ address: addressOf(words), port: Number.parseInt(port, 16), isServing, inode }];
  });
}

/** Each word of an address is shown as a number of this machine, whatever its byte order. */
function addressOf(words: string): bigint {
  const bytes = Buffer.from(words, 'hex');
  const inOrder = endianness() === 'LE' ? bytes.swap32() : bytes;
  const address = BigInt(`0x${inOrder.toString('hex')}`);
  return bytes.length === 4 ? mappedPrefix | address : address;
}
