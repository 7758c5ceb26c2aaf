import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSocketTable } from '../../../src/netlink/socket-table.js';

// As Linux 6.18 on a machine of little endian has shown them (`cat /proc/net/tcp`), the ends of its lines left out.
const tcp = `
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 8119 1 0000000052ad3480 100 0 0 10 0
   1: 010200C0:C350 090200C0:0050 01 00000000:00000000 02:0000045E 00000000  1000        0 99512 2 0000000079d9c0a8 20 4 30 10 -1
   2: 0100007F:1F90 0100007F:E8FC 06 00000000:00000000 03:00001770 00000000     0        0 0 3 00000000b9f6a2a8
`.slice(1);

const udp6 = `
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 1216: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 31337 2 0000000060d92d7c 0
 1217: B80D0120000000000000000001000000:0035 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 31338 2 0000000060d92d7c 0
 1218: 0000000000000000FFFF00000100007F:0035 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 31339 2 0000000060d92d7c 0
`.slice(1);

describe('a table of sockets', () => {
  test('of IPv4', () => {
    expect(parseSocketTable(tcp)).toEqual([
      { address: 0xffff_7f00_0001n, port: 8080, isServing: true, inode: '8119' },
      { address: 0xffff_c000_0201n, port: 50000, isServing: false, inode: '99512' },
      { address: 0xffff_7f00_0001n, port: 8080, isServing: false, inode: '0' },
    ]);
  });

  test('of IPv6', () => {
    expect(parseSocketTable(udp6)).toEqual([
      { address: 0n, port: 53, isServing: true, inode: '31337' },
      { address: 0x2001_0db8_0000_0000_0000_0000_0000_0001n, port: 53, isServing: true, inode: '31338' },
      { address: 0xffff_7f00_0001n, port: 53, isServing: true, inode: '31339' },
    ]);
  });

  test('that is empty, or cut off anywhere: what is whole is read', () => {
    expect(parseSocketTable('')).toEqual([]);
    fc.assert(
      fc.property(fc.nat(tcp.length), (length) => {
        const whole = parseSocketTable(tcp).map(({ port }) => port);
        const read = parseSocketTable(tcp.slice(0, length)).map(({ port }) => port);
        expect(read).toEqual(whole.slice(0, read.length));
      }),
    );
  });

  test('that makes no sense', () => {
    fc.assert(fc.property(fc.string(), (text) => parseSocketTable(text).length >= 0));
    expect(parseSocketTable('0: 0100007F:1F9 0 0A 0 0 0 0 0 5\n0: 010007F:1F90 0 0A 0 0 0 0 0 5\n')).toEqual([]);
  });
});
