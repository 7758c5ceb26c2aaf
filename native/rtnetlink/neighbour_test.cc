#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// $ ip neigh add 10.1.0.7 lladdr 02:42:0a:01:00:07 nud permanent protocol static dev eth0
const Bytes kAdd =
    hex("38 00 00 00 "                          // length
        "1c 00 05 06 "                          // RTM_NEWNEIGH, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "02 00 00 00 "                          // ndm_family AF_INET
        "03 00 00 00 "                          // ndm_ifindex 3
        "80 00 00 00 "                          // ndm_state 0x80, ndm_flags 0x0, ndm_type 0
        "05 00 0c 00 04 00 00 00 "              // NDA_PROTOCOL 4
        "08 00 01 00 0a 01 00 07 "              // NDA_DST 10.1.0.7
        "0a 00 02 00 02 42 0a 01 00 07 00 00 "  // NDA_LLADDR 02:42:0a:01:00:07
    );

// $ ip neigh show dev eth0
// 10.1.0.7 lladdr 02:42:0a:01:00:07 PERMANENT proto static
const Bytes kListed =
    hex("54 00 00 00 "                                                  // length
        "1c 00 22 00 "                                                  // RTM_NEWNEIGH, multi, dump filtered
        "00 00 00 00 00 00 00 00 "                                      // sequence, port
        "02 00 00 00 "                                                  // ndm_family AF_INET
        "03 00 00 00 "                                                  // ndm_ifindex 3
        "80 00 00 01 "                                                  // ndm_state 0x80, ndm_flags 0x0, ndm_type 1
        "08 00 01 00 0a 01 00 07 "                                      // NDA_DST 10.1.0.7
        "0a 00 02 00 02 42 0a 01 00 07 00 00 "                          // NDA_LLADDR 02:42:0a:01:00:07
        "08 00 04 00 00 00 00 00 "                                      // NDA_PROBES 0
        "14 00 03 00 01 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 "  // NDA_CACHEINFO 1 1 1 0
        "05 00 0c 00 04 00 00 00 "                                      // NDA_PROTOCOL 4
    );

// $ ip neigh add proxy 10.1.0.9 dev eth0
const Bytes kAddProxy =
    hex("24 00 00 00 "              // length
        "1c 00 05 06 "              // RTM_NEWNEIGH, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 00 00 00 "              // ndm_family AF_INET
        "03 00 00 00 "              // ndm_ifindex 3
        "80 00 08 00 "              // ndm_state 0x80, ndm_flags 0x8, ndm_type 0
        "08 00 01 00 0a 01 00 09 "  // NDA_DST 10.1.0.9
    );

// $ ip neigh show dev eth0
const Bytes kList =
    hex("24 00 00 00 "              // length
        "1e 00 01 03 "              // RTM_GETNEIGH, request, dump
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // ndm_family AF_UNSPEC
        "00 00 00 00 "              // ndm_ifindex 0
        "00 00 00 00 "              // ndm_state 0x0, ndm_flags 0x0, ndm_type 0
        "08 00 08 00 03 00 00 00 "  // NDA_IFINDEX 3
    );

// $ ip neigh del 10.1.0.7 dev eth0
const Bytes kDelete =
    hex("24 00 00 00 "              // length
        "1d 00 05 00 "              // RTM_DELNEIGH, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 00 00 00 "              // ndm_family AF_INET
        "03 00 00 00 "              // ndm_ifindex 3
        "80 00 00 00 "              // ndm_state 0x80, ndm_flags 0x0, ndm_type 0
        "08 00 01 00 0a 01 00 07 "  // NDA_DST 10.1.0.7
    );

// $ bridge fdb add 02:42:0a:01:00:08 dev p0 master static
const Bytes kAddForwarding =
    hex("28 00 00 00 "                          // length
        "1c 00 05 06 "                          // RTM_NEWNEIGH, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "07 00 00 00 "                          // ndm_family AF_BRIDGE
        "02 00 00 00 "                          // ndm_ifindex 2
        "42 00 04 00 "                          // ndm_state 0x42, ndm_flags 0x4, ndm_type 0
        "0a 00 02 00 02 42 0a 01 00 08 00 00 "  // NDA_LLADDR 02:42:0a:01:00:08
    );

// $ bridge fdb show dev p0
// 02:42:0a:01:00:08 master br0 static
const Bytes kListedForwarding =
    hex("4c 00 00 00 "                                                  // length
        "1c 00 02 00 "                                                  // RTM_NEWNEIGH, multi
        "00 00 00 00 00 00 00 00 "                                      // sequence, port
        "07 00 00 00 "                                                  // ndm_family AF_BRIDGE
        "02 00 00 00 "                                                  // ndm_ifindex 2
        "40 00 00 00 "                                                  // ndm_state 0x40, ndm_flags 0x0, ndm_type 0
        "0a 00 02 00 02 42 0a 01 00 08 00 00 "                          // NDA_LLADDR 02:42:0a:01:00:08
        "08 00 09 00 04 00 00 00 "                                      // NDA_MASTER 4
        "08 00 0f 00 00 00 00 00 "                                      // NDA_FLAGS_EXT 0
        "14 00 03 00 00 00 00 00 02 00 00 00 02 00 00 00 00 00 00 00 "  // NDA_CACHEINFO 0 2 2 0
    );

// $ bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.9 port 8472 vni 43 via eth0 self permanent
const Bytes kAddRemote =
    hex("48 00 00 00 "                          // length
        "1c 00 05 0c "                          // RTM_NEWNEIGH, request, ack, create, append
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "07 00 00 00 "                          // ndm_family AF_BRIDGE
        "05 00 00 00 "                          // ndm_ifindex 5
        "c0 00 02 00 "                          // ndm_state 0xc0, ndm_flags 0x2, ndm_type 0
        "0a 00 02 00 00 00 00 00 00 00 00 00 "  // NDA_LLADDR 00:00:00:00:00:00
        "08 00 01 00 c0 00 02 09 "              // NDA_DST 192.0.2.9
        "06 00 06 00 21 18 00 00 "              // NDA_PORT 8472
        "08 00 07 00 2b 00 00 00 "              // NDA_VNI 43
        "08 00 08 00 03 00 00 00 "              // NDA_IFINDEX 3
    );

// This kernel refuses it: there is no such next hop.
// $ bridge fdb add 02:42:0a:01:00:0a dev vx0 nhid 9 src_vni 44 vlan 5 self
const Bytes kAddShared =
    hex("40 00 00 00 "                          // length
        "1c 00 05 06 "                          // RTM_NEWNEIGH, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "07 00 00 00 "                          // ndm_family AF_BRIDGE
        "05 00 00 00 "                          // ndm_ifindex 5
        "c0 00 02 00 "                          // ndm_state 0xc0, ndm_flags 0x2, ndm_type 0
        "0a 00 02 00 02 42 0a 01 00 0a 00 00 "  // NDA_LLADDR 02:42:0a:01:00:0a
        "06 00 05 00 05 00 00 00 "              // NDA_VLAN 5
        "08 00 0d 00 09 00 00 00 "              // NDA_NH_ID 9
        "08 00 0b 00 2c 00 00 00 "              // NDA_SRC_VNI 44.0.0.0
    );

// $ bridge fdb show dev vx0
// 00:00:00:00:00:00 dst 192.0.2.9 port 8472 vni 43 via eth0 self permanent
const Bytes kListedRemote =
    hex("5c 00 00 00 "                                                  // length
        "1c 00 02 00 "                                                  // RTM_NEWNEIGH, multi
        "00 00 00 00 00 00 00 00 "                                      // sequence, port
        "07 00 00 00 "                                                  // ndm_family AF_BRIDGE
        "05 00 00 00 "                                                  // ndm_ifindex 5
        "c0 00 02 01 "                                                  // ndm_state 0xc0, ndm_flags 0x2, ndm_type 1
        "0a 00 02 00 00 00 00 00 00 00 00 00 "                          // NDA_LLADDR 00:00:00:00:00:00
        "08 00 01 00 c0 00 02 09 "                                      // NDA_DST 192.0.2.9
        "06 00 06 00 21 18 00 00 "                                      // NDA_PORT 8472
        "08 00 07 00 2b 00 00 00 "                                      // NDA_VNI 43
        "08 00 08 00 03 00 00 00 "                                      // NDA_IFINDEX 3
        "14 00 03 00 00 00 00 00 05 00 00 00 05 00 00 00 00 00 00 00 "  // NDA_CACHEINFO 0 5 5 0
    );

// $ ip monitor neigh & bridge fdb del 02:42:0a:01:00:08 dev p0 master
// Deleted dev p0 lladdr 02:42:0a:01:00:08 NOARP
const Bytes kDeletedForwarding =
    hex("4c 00 00 00 "                                                  // length
        "1d 00 00 00 "                                                  // RTM_DELNEIGH
        "00 00 00 00 00 00 00 00 "                                      // sequence, port
        "07 00 00 00 "                                                  // ndm_family AF_BRIDGE
        "02 00 00 00 "                                                  // ndm_ifindex 2
        "40 00 00 00 "                                                  // ndm_state 0x40, ndm_flags 0x0, ndm_type 0
        "0a 00 02 00 02 42 0a 01 00 08 00 00 "                          // NDA_LLADDR 02:42:0a:01:00:08
        "08 00 09 00 04 00 00 00 "                                      // NDA_MASTER 4
        "08 00 0f 00 00 00 00 00 "                                      // NDA_FLAGS_EXT 0
        "14 00 03 00 00 00 00 00 6d 00 00 00 6d 00 00 00 00 00 00 00 "  // NDA_CACHEINFO 0 109 109 0
    );

}  // namespace

TEST_CASE("neighbour: a permanent entry") {
  checkEncodes(kAdd, Object{{"family", AF_INET},
                            {"index", 3},
                            {"state", NUD_PERMANENT},
                            {"protocol", RTPROT_STATIC},
                            {"dst", "10.1.0.7"},
                            {"lladdr", "02:42:0a:01:00:07"}});
  checkDecodes(kListed, Object{{"family", AF_INET},
                               {"index", 3},
                               {"state", NUD_PERMANENT},
                               {"flags", 0},
                               {"type", RTN_UNICAST},
                               {"dst", "10.1.0.7"},
                               {"lladdr", "02:42:0a:01:00:07"},
                               {"probes", 0},
                               {"cacheInfo", Object{{"confirmed", 1}, {"used", 1}, {"updated", 1}, {"references", 0}}},
                               {"protocol", RTPROT_STATIC}});
}

TEST_CASE("neighbour: an address to answer for") {
  checkEncodes(
      kAddProxy,
      Object{{"family", AF_INET}, {"index", 3}, {"state", NUD_PERMANENT}, {"flags", NTF_PROXY}, {"dst", "10.1.0.9"}});
}

TEST_CASE("neighbour: listing and deleting") {
  checkEncodes(kList, Object{{"viaIndex", 3}});
  checkEncodes(kDelete, Object{{"family", AF_INET}, {"index", 3}, {"state", NUD_PERMANENT}, {"dst", "10.1.0.7"}});
}

TEST_CASE("neighbour: a bridge's forwarding database") {
  checkEncodes(kAddForwarding, Object{{"family", AF_BRIDGE},
                                      {"index", 2},
                                      {"state", NUD_REACHABLE | NUD_NOARP},
                                      {"flags", NTF_MASTER},
                                      {"lladdr", "02:42:0a:01:00:08"}});
  checkDecodes(kListedForwarding,
               Object{{"family", AF_BRIDGE},
                      {"index", 2},
                      {"state", NUD_NOARP},
                      {"flags", 0},
                      {"type", 0},
                      {"lladdr", "02:42:0a:01:00:08"},
                      {"master", 4},
                      {"flagsExt", 0},
                      {"cacheInfo", Object{{"confirmed", 0}, {"used", 2}, {"updated", 2}, {"references", 0}}}});
  checkDecodes(kDeletedForwarding,
               Object{{"family", AF_BRIDGE},
                      {"index", 2},
                      {"state", NUD_NOARP},
                      {"flags", 0},
                      {"type", 0},
                      {"lladdr", "02:42:0a:01:00:08"},
                      {"master", 4},
                      {"flagsExt", 0},
                      {"cacheInfo", Object{{"confirmed", 0}, {"used", 109}, {"updated", 109}, {"references", 0}}}});
}

TEST_CASE("neighbour: a vxlan's group of remote ends, for one network and VLAN") {
  checkEncodes(kAddShared, Object{{"family", AF_BRIDGE},
                                  {"index", 5},
                                  {"state", NUD_NOARP | NUD_PERMANENT},
                                  {"flags", NTF_SELF},
                                  {"lladdr", "02:42:0a:01:00:0a"},
                                  {"vlan", 5},
                                  {"nhId", 9},
                                  {"srcVni", 44}});
}

TEST_CASE("neighbour: a vxlan's remote end") {
  checkEncodes(kAddRemote, Object{{"family", AF_BRIDGE},
                                  {"index", 5},
                                  {"state", NUD_NOARP | NUD_PERMANENT},
                                  {"flags", NTF_SELF},
                                  {"lladdr", "00:00:00:00:00:00"},
                                  {"dst", "192.0.2.9"},
                                  {"port", 8472},
                                  {"vni", 43},
                                  {"viaIndex", 3}});
  checkDecodes(kListedRemote,
               Object{{"family", AF_BRIDGE},
                      {"index", 5},
                      {"state", NUD_NOARP | NUD_PERMANENT},
                      {"flags", NTF_SELF},
                      {"type", RTN_UNICAST},
                      {"lladdr", "00:00:00:00:00:00"},
                      {"dst", "192.0.2.9"},
                      {"port", 8472},
                      {"vni", 43},
                      {"viaIndex", 3},
                      {"cacheInfo", Object{{"confirmed", 0}, {"used", 5}, {"updated", 5}, {"references", 0}}}});
}

}  // namespace netplumb::testing
