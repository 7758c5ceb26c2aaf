import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Address,
  AF_BRIDGE,
  AF_INET,
  AF_INET6,
  deleteAddress,
  deleteAltNames,
  deleteLink,
  deleteNeighbour,
  deleteRoute,
  deleteRule,
  getLink,
  getNetnsId,
  getRoute,
  type Listing,
  listAddresses,
  listBridgePorts,
  listLinks,
  listNeighbours,
  listNetnsIds,
  listRoutes,
  listRules,
  NeighbourFlag,
  NeighbourState,
  newAddress,
  newAltNames,
  newLink,
  newNeighbour,
  newNetnsId,
  newRoute,
  newRule,
  type Request,
  RouteScope,
  RouteType,
  RuleAction,
  setLink,
} from '../../../src/netlink/index.js';
import { native } from '../../../src/netlink/native.js';

/** The message's bytes as hexadecimal groups of four, without its length, port and sequence number. */
function written(request: Request | Listing): string[] {
  const bytes = native().encode(request);
  expect(bytes.readUInt32LE(0)).toBe(bytes.length);
  return (bytes.subarray(4, 8).toString('hex') + bytes.subarray(16).toString('hex')).match(/.{1,8}/g) ?? [];
}

/** What the kernel would read in the message. */
function read(request: Request | Listing): unknown {
  return native().decode(request.type, native().encode(request).subarray(16));
}

describe('bytes', () => {
  test('of a veth pair whose other end is made elsewhere', () => {
    const peer = { name: 'eth0', netnsFd: 9 };
    expect(written(newLink({ name: 'v1', up: true, info: { kind: 'veth', data: { peer } } }))).toEqual([
      '10000006', // RTM_NEWLINK, NLM_F_EXCL | NLM_F_CREATE
      '00000000', // struct ifinfomsg: AF_UNSPEC, no type,
      '00000000', // no index,
      '01000000', // IFF_UP
      '01000000', // of which IFF_UP is to be changed
      '07000300', // IFLA_IFNAME
      '76310000', // "v1"
      '3c001280', // IFLA_LINKINFO, nested
      '09000100', // IFLA_INFO_KIND
      '76657468', // "veth"
      '00000000',
      '2c000280', // IFLA_INFO_DATA, nested
      '28000100', // VETH_INFO_PEER
      '00000000', // struct ifinfomsg
      '00000000',
      '00000000',
      '00000000',
      '09000300', // IFLA_IFNAME
      '65746830', // "eth0"
      '00000000',
      '08001c00', // IFLA_NET_NS_FD
      '09000000', // 9
    ]);
  });

  test('of an address', () => {
    const address = { family: AF_INET, index: 2, prefixLength: 16, local: '172.17.0.2' };
    expect(written(newAddress(address, 'replace'))).toEqual([
      '14000005', // RTM_NEWADDR, NLM_F_REPLACE | NLM_F_CREATE
      '02100000', // struct ifaddrmsg: AF_INET, /16, no flags, RT_SCOPE_UNIVERSE
      '02000000', // index 2
      '08000200', // IFA_LOCAL
      'ac110002', // 172.17.0.2
    ]);
  });

  test('of a route by two ways', () => {
    const multipath = [
      { index: 2, gateway: '10.0.0.1' },
      { index: 3, weight: 9, gateway: '10.1.0.1' },
    ];
    expect(written(newRoute({ family: AF_INET, multipath }))).toEqual([
      '18000006', // RTM_NEWROUTE, NLM_F_EXCL | NLM_F_CREATE
      '02000000', // struct rtmsg: AF_INET, to everywhere
      '00030001', // no table here, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNICAST
      '00000000', // no flags
      '08000f00', // RTA_TABLE
      'fe000000', // RT_TABLE_MAIN
      '24000900', // RTA_MULTIPATH
      '10000000', // struct rtnexthop: 16 bytes, no flags, weight 1
      '02000000', // index 2
      '08000500', // RTA_GATEWAY
      '0a000001', // 10.0.0.1
      '10000009', // struct rtnexthop: 16 bytes, no flags, weight 10
      '03000000', // index 3
      '08000500', // RTA_GATEWAY
      '0a010001', // 10.1.0.1
    ]);
  });

  test('of a forwarding entry', () => {
    const entry = { family: AF_BRIDGE, index: 5, lladdr: '02:42:ac:11:00:02', flags: NeighbourFlag.master };
    expect(written(deleteNeighbour(entry))).toEqual([
      '1d000000', // RTM_DELNEIGH
      '07000000', // struct ndmsg: AF_BRIDGE
      '05000000', // index 5
      '00000400', // no state, NTF_MASTER
      '0a000200', // NDA_LLADDR
      '0242ac11', // 02:42:ac:11
      '00020000', // :00:02
    ]);
  });
});

describe('a request', () => {
  test('that sets options of a link is one of those that the kernel reads them from', () => {
    expect(setLink({ index: 2, mtu: 1400 }).type).toBe(19); // RTM_SETLINK
    expect(setLink({ index: 2, info: { slaveKind: 'bridge', slaveData: { isolated: 1 } } })).toMatchObject({
      type: 16, // RTM_NEWLINK
      flags: 0,
    });
  });

  test('leaves the state of a link alone, or changes nothing else of its flags', () => {
    expect(read(setLink({ index: 2 }))).toMatchObject({ flags: 0, change: 0 });
    expect(read(setLink({ index: 2, up: false }))).toMatchObject({ flags: 0, change: 1 });
  });

  test('is completed as ip would', () => {
    expect(newRoute({ family: AF_INET }).body).toMatchObject({ type: RouteType.unicast, table: 254, protocol: 3 });
    expect(newRoute({ family: AF_INET, table: 7 }).body).toMatchObject({ table: 7 });
    expect(deleteRoute({ family: AF_INET }).body).toMatchObject({ table: 254, scope: RouteScope.nowhere });
    expect(newRule({ family: AF_INET6 }).body).toMatchObject({ action: RuleAction.toTable, table: 254 });
    expect(newNeighbour({ family: AF_INET, index: 1 }).body).toMatchObject({ state: NeighbourState.permanent });
    expect(newNetnsId({ fd: 3 }).body).toMatchObject({ nsid: -1 });
  });

  test.each([
    ['fail', 0x600],
    ['replace', 0x500],
    ['append', 0xc00],
  ] as const)('told to %s when the object is there has the flags for it', (ifExists, flags) => {
    expect(newAddress({ family: AF_INET, index: 1, prefixLength: 8 }, ifExists).flags).toBe(flags);
    expect(newNeighbour({ family: AF_INET, index: 1 }, ifExists).flags).toBe(flags);
  });

  test.each([
    deleteAddress({ family: AF_INET6, index: 1, prefixLength: 64, local: 'fd00::1' }),
    deleteLink({ group: 7 }),
    deleteRule({ family: AF_INET, priority: 100 }),
    getLink({ altName: 'a-name-longer-than-fifteen-bytes' }),
    getNetnsId({ pid: 1 }),
    getRoute({ family: AF_INET, dst: '10.0.0.1', dstLength: 32 }),
    newAltNames({ index: 1 }, ['one', 'two']),
    deleteAltNames({ name: 'lo' }, ['one']),
    listAddresses({ family: AF_INET, index: 3 }),
    listBridgePorts(),
    listLinks({ master: 4 }),
    listNetnsIds({ targetNsid: 1 }),
    listRoutes({ family: AF_INET6, table: 254 }),
    listRules({ family: AF_INET }),
  ])('says on the wire what it says here: $type', (request) => {
    expect(read(request)).toMatchObject(request.body);
  });

  test('for links of a kind, or neighbours of an interface, asks where the kernel looks for it', () => {
    expect(read(listLinks({ kind: 'veth' }))).toMatchObject({ info: { kind: 'veth' } });
    expect(read(listNeighbours({ family: AF_INET, index: 3, proxy: true }))).toMatchObject({
      index: 0,
      viaIndex: 3,
      flags: NeighbourFlag.proxy,
    });
  });
});

test('any address reads as it was written', () => {
  const addresses: fc.Arbitrary<Address> = fc.oneof(
    fc.record({ family: fc.constant(AF_INET), local: fc.ipV4(), prefixLength: fc.nat(32), index: fc.nat() }),
    fc.record({
      family: fc.constant(AF_INET6),
      // In the form in which the kernel's are written: RFC 5952.
      local: fc.ipV6().map((text) => new URL(`http://[${text}]`).hostname.slice(1, -1)),
      prefixLength: fc.nat(128),
      index: fc.nat(),
    }),
  );
  fc.assert(
    fc.property(addresses, (address) => {
      const { local, ...rest } = read(newAddress(address)) as Address;
      expect(rest).toMatchObject({ family: address.family, prefixLength: address.prefixLength, index: address.index });
      // inet_ntop writes the last four bytes of mapped and compatible addresses in decimal; URL never does.
      const same = local?.includes('.') && address.family === AF_INET6 ? new URL(`http://[${local}]`).hostname : local;
      expect(same?.replace(/^\[|\]$/g, '')).toBe(address.local);
    }),
  );
});
