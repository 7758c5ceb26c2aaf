#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name vx0 type vxlan id 42 group 239.1.1.1 local 10.1.0.2 dev eth0 dstport 4789 srcport 10000
//     20000 ttl 16 nolearning ageing 600 maxaddress 500 proxy rsc l2miss l3miss noudpcsum gbp df set
const Bytes kCreate =
    hex("c0 00 00 00 "                            // length
        "10 00 05 06 "                            // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 00 00 "                            // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                            // ifi_index 0
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "08 00 03 00 76 78 30 00 "                // IFLA_IFNAME "vx0"
        "98 00 12 80 "                            // IFLA_LINKINFO (nested)
        "  0a 00 01 00 76 78 6c 61 6e 00 00 00 "  // IFLA_INFO_KIND "vxlan"
        "  88 00 02 80 "                          // IFLA_INFO_DATA (nested)
        "    08 00 03 00 03 00 00 00 "            // IFLA_VXLAN_LINK 3
        "    08 00 0a 00 27 10 4e 20 "            // IFLA_VXLAN_PORT_RANGE 10000 20000
        "    05 00 05 00 10 00 00 00 "            // IFLA_VXLAN_TTL 16
        "    08 00 08 00 58 02 00 00 "            // IFLA_VXLAN_AGEING 600
        "    08 00 09 00 f4 01 00 00 "            // IFLA_VXLAN_LIMIT 500
        "    05 00 0b 00 01 00 00 00 "            // IFLA_VXLAN_PROXY 1
        "    05 00 0c 00 01 00 00 00 "            // IFLA_VXLAN_RSC 1
        "    05 00 0d 00 01 00 00 00 "            // IFLA_VXLAN_L2MISS 1
        "    05 00 0e 00 01 00 00 00 "            // IFLA_VXLAN_L3MISS 1
        "    05 00 12 00 00 00 00 00 "            // IFLA_VXLAN_UDP_CSUM 0
        "    04 00 17 00 "                        // IFLA_VXLAN_GBP
        "    05 00 1d 00 01 00 00 00 "            // IFLA_VXLAN_DF 1
        "    08 00 01 00 2a 00 00 00 "            // IFLA_VXLAN_ID 42
        "    08 00 04 00 0a 01 00 02 "            // IFLA_VXLAN_LOCAL 10.1.0.2
        "    08 00 02 00 ef 01 01 01 "            // IFLA_VXLAN_GROUP 239.1.1.1
        "    05 00 07 00 00 00 00 00 "            // IFLA_VXLAN_LEARNING 0
        "    06 00 0f 00 12 b5 00 00 "            // IFLA_VXLAN_PORT 4789
    );

// All other attributes are left out.
// $ ip -d link show dev vx0
// 4: vx0: <BROADCAST,MULTICAST> mtu 1450 qdisc noop state DOWN mode DEFAULT group default qlen 1000
//     link/ether 12:cd:9e:d4:ed:71 brd ff:ff:ff:ff:ff:ff promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535
//     vxlan id 42 group 239.1.1.1 local 10.1.0.2 dev eth0 srcport 10000 20000 dstport 4789 nolearning proxy rsc l2miss
//         l3miss ttl 16 df set ageing 600 maxaddr 500 noudpcsum noudp6zerocsumtx noudp6zerocsumrx gbp addrgenmode
//         eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs
//         65535 gro_max_size 65536
const Bytes kListed =
    hex("1c 01 00 00 "                              // length
        "10 00 00 00 "                              // RTM_NEWLINK
        "00 00 00 00 00 00 00 00 "                  // sequence, port
        "00 00 01 00 "                              // ifi_family AF_UNSPEC, ifi_type 1
        "04 00 00 00 "                              // ifi_index 4
        "02 10 00 00 "                              // ifi_flags 0x1002
        "00 00 00 00 "                              // ifi_change 0x0
        "08 00 03 00 76 78 30 00 "                  // IFLA_IFNAME "vx0"
        "f4 00 12 00 "                              // IFLA_LINKINFO
        "  0a 00 01 00 76 78 6c 61 6e 00 00 00 "    // IFLA_INFO_KIND "vxlan"
        "  e4 00 02 00 "                            // IFLA_INFO_DATA
        "    08 00 01 00 2a 00 00 00 "              // IFLA_VXLAN_ID 42
        "    08 00 02 00 ef 01 01 01 "              // IFLA_VXLAN_GROUP 239.1.1.1
        "    08 00 03 00 03 00 00 00 "              // IFLA_VXLAN_LINK 3
        "    08 00 04 00 0a 01 00 02 "              // IFLA_VXLAN_LOCAL 10.1.0.2
        "    05 00 05 00 10 00 00 00 "              // IFLA_VXLAN_TTL 16
        "    05 00 1c 00 00 00 00 00 "              // IFLA_VXLAN_TTL_INHERIT 0
        "    05 00 06 00 00 00 00 00 "              // IFLA_VXLAN_TOS 0
        "    05 00 1d 00 01 00 00 00 "              // IFLA_VXLAN_DF 1
        "    08 00 1a 00 00 00 00 00 "              // IFLA_VXLAN_LABEL 0x0
        "    08 00 20 00 00 00 00 00 "              // IFLA_VXLAN_LABEL_POLICY 0
        "    05 00 07 00 00 00 00 00 "              // IFLA_VXLAN_LEARNING 0
        "    05 00 0b 00 01 00 00 00 "              // IFLA_VXLAN_PROXY 1
        "    05 00 0c 00 01 00 00 00 "              // IFLA_VXLAN_RSC 1
        "    05 00 0d 00 01 00 00 00 "              // IFLA_VXLAN_L2MISS 1
        "    05 00 0e 00 01 00 00 00 "              // IFLA_VXLAN_L3MISS 1
        "    05 00 19 00 00 00 00 00 "              // IFLA_VXLAN_COLLECT_METADATA 0
        "    08 00 08 00 58 02 00 00 "              // IFLA_VXLAN_AGEING 600
        "    08 00 09 00 f4 01 00 00 "              // IFLA_VXLAN_LIMIT 500
        "    06 00 0f 00 12 b5 00 00 "              // IFLA_VXLAN_PORT 4789
        "    05 00 12 00 00 00 00 00 "              // IFLA_VXLAN_UDP_CSUM 0
        "    05 00 13 00 00 00 00 00 "              // IFLA_VXLAN_UDP_ZERO_CSUM6_TX 0
        "    05 00 14 00 00 00 00 00 "              // IFLA_VXLAN_UDP_ZERO_CSUM6_RX 0
        "    05 00 15 00 00 00 00 00 "              // IFLA_VXLAN_REMCSUM_TX 0
        "    05 00 16 00 00 00 00 00 "              // IFLA_VXLAN_REMCSUM_RX 0
        "    05 00 1f 00 01 00 00 00 "              // IFLA_VXLAN_LOCALBYPASS 1
        "    08 00 0a 00 27 10 4e 20 "              // IFLA_VXLAN_PORT_RANGE 10000 20000
        "    04 00 17 00 "                          // IFLA_VXLAN_GBP
        "    0c 00 21 00 77 00 00 00 00 00 00 ff "  // IFLA_VXLAN_RESERVED_BITS
    );

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name vx1 type vxlan id 43 remote fd00::9 local fd00::2 dev eth0 dstport 4790 udp6zerocsumtx
//     udp6zerocsumrx flowlabel 0x12345
const Bytes kCreateIpv6 =
    hex("9c 00 00 00 "                                                      // length
        "10 00 05 06 "                                                      // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                                          // sequence, port
        "00 00 00 00 "                                                      // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                                                      // ifi_index 0
        "00 00 00 00 "                                                      // ifi_flags 0x0
        "00 00 00 00 "                                                      // ifi_change 0x0
        "08 00 03 00 76 78 31 00 "                                          // IFLA_IFNAME "vx1"
        "74 00 12 80 "                                                      // IFLA_LINKINFO (nested)
        "  0a 00 01 00 76 78 6c 61 6e 00 00 00 "                            // IFLA_INFO_KIND "vxlan"
        "  64 00 02 80 "                                                    // IFLA_INFO_DATA (nested)
        "    08 00 03 00 03 00 00 00 "                                      // IFLA_VXLAN_LINK 3
        "    05 00 13 00 01 00 00 00 "                                      // IFLA_VXLAN_UDP_ZERO_CSUM6_TX 1
        "    05 00 14 00 01 00 00 00 "                                      // IFLA_VXLAN_UDP_ZERO_CSUM6_RX 1
        "    08 00 1a 00 00 01 23 45 "                                      // IFLA_VXLAN_LABEL 0x12345
        "    08 00 01 00 2b 00 00 00 "                                      // IFLA_VXLAN_ID 43
        "    14 00 11 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 "  // IFLA_VXLAN_LOCAL6 fd00::2
        "    14 00 10 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 09 "  // IFLA_VXLAN_GROUP6 fd00::9
        "    05 00 07 00 01 00 00 00 "                                      // IFLA_VXLAN_LEARNING 1
        "    06 00 0f 00 12 b6 00 00 "                                      // IFLA_VXLAN_PORT 4790
    );

// All other attributes are left out.
// $ ip -d link show dev vx1
// 5: vx1: <BROADCAST,MULTICAST> mtu 1430 qdisc noop state DOWN mode DEFAULT group default qlen 1000
//     link/ether 26:b0:c2:e3:60:7d brd ff:ff:ff:ff:ff:ff promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535
//     vxlan id 43 remote fd00::9 local fd00::2 dev eth0 srcport 0 0 dstport 4790 ttl auto flowlabel 0x12345 ageing 300
//         udpcsum udp6zerocsumtx udp6zerocsumrx addrgenmode eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536
//         gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 gro_max_size 65536
const Bytes kListedIpv6 =
    hex("30 01 00 00 "                                                      // length
        "10 00 00 00 "                                                      // RTM_NEWLINK
        "00 00 00 00 00 00 00 00 "                                          // sequence, port
        "00 00 01 00 "                                                      // ifi_family AF_UNSPEC, ifi_type 1
        "05 00 00 00 "                                                      // ifi_index 5
        "02 10 00 00 "                                                      // ifi_flags 0x1002
        "00 00 00 00 "                                                      // ifi_change 0x0
        "08 00 03 00 76 78 31 00 "                                          // IFLA_IFNAME "vx1"
        "08 01 12 00 "                                                      // IFLA_LINKINFO
        "  0a 00 01 00 76 78 6c 61 6e 00 00 00 "                            // IFLA_INFO_KIND "vxlan"
        "  f8 00 02 00 "                                                    // IFLA_INFO_DATA
        "    08 00 01 00 2b 00 00 00 "                                      // IFLA_VXLAN_ID 43
        "    14 00 10 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 09 "  // IFLA_VXLAN_GROUP6 fd00::9
        "    08 00 03 00 03 00 00 00 "                                      // IFLA_VXLAN_LINK 3
        "    14 00 11 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 "  // IFLA_VXLAN_LOCAL6 fd00::2
        "    05 00 05 00 00 00 00 00 "                                      // IFLA_VXLAN_TTL 0
        "    05 00 1c 00 00 00 00 00 "                                      // IFLA_VXLAN_TTL_INHERIT 0
        "    05 00 06 00 00 00 00 00 "                                      // IFLA_VXLAN_TOS 0
        "    05 00 1d 00 00 00 00 00 "                                      // IFLA_VXLAN_DF 0
        "    08 00 1a 00 00 01 23 45 "                                      // IFLA_VXLAN_LABEL 0x12345
        "    08 00 20 00 00 00 00 00 "                                      // IFLA_VXLAN_LABEL_POLICY 0
        "    05 00 07 00 01 00 00 00 "                                      // IFLA_VXLAN_LEARNING 1
        "    05 00 0b 00 00 00 00 00 "                                      // IFLA_VXLAN_PROXY 0
        "    05 00 0c 00 00 00 00 00 "                                      // IFLA_VXLAN_RSC 0
        "    05 00 0d 00 00 00 00 00 "                                      // IFLA_VXLAN_L2MISS 0
        "    05 00 0e 00 00 00 00 00 "                                      // IFLA_VXLAN_L3MISS 0
        "    05 00 19 00 00 00 00 00 "                                      // IFLA_VXLAN_COLLECT_METADATA 0
        "    08 00 08 00 2c 01 00 00 "                                      // IFLA_VXLAN_AGEING 300
        "    08 00 09 00 00 00 00 00 "                                      // IFLA_VXLAN_LIMIT 0
        "    06 00 0f 00 12 b6 00 00 "                                      // IFLA_VXLAN_PORT 4790
        "    05 00 12 00 01 00 00 00 "                                      // IFLA_VXLAN_UDP_CSUM 1
        "    05 00 13 00 01 00 00 00 "                                      // IFLA_VXLAN_UDP_ZERO_CSUM6_TX 1
        "    05 00 14 00 01 00 00 00 "                                      // IFLA_VXLAN_UDP_ZERO_CSUM6_RX 1
        "    05 00 15 00 00 00 00 00 "                                      // IFLA_VXLAN_REMCSUM_TX 0
        "    05 00 16 00 00 00 00 00 "                                      // IFLA_VXLAN_REMCSUM_RX 0
        "    05 00 1f 00 01 00 00 00 "                                      // IFLA_VXLAN_LOCALBYPASS 1
        "    08 00 0a 00 00 00 00 00 "                                      // IFLA_VXLAN_PORT_RANGE 0 0
        "    0c 00 21 00 f7 ff ff ff 00 00 00 ff "                          // IFLA_VXLAN_RESERVED_BITS
    );

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name vx3 type vxlan external gpe dstport 4792
const Bytes kCreateGeneric =
    hex("58 00 00 00 "                            // length
        "10 00 05 06 "                            // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 00 00 "                            // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                            // ifi_index 0
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "08 00 03 00 76 78 33 00 "                // IFLA_IFNAME "vx3"
        "30 00 12 80 "                            // IFLA_LINKINFO (nested)
        "  0a 00 01 00 76 78 6c 61 6e 00 00 00 "  // IFLA_INFO_KIND "vxlan"
        "  20 00 02 80 "                          // IFLA_INFO_DATA (nested)
        "    05 00 19 00 01 00 00 00 "            // IFLA_VXLAN_COLLECT_METADATA 1
        "    04 00 1b 00 "                        // IFLA_VXLAN_GPE
        "    05 00 07 00 00 00 00 00 "            // IFLA_VXLAN_LEARNING 0
        "    06 00 0f 00 12 b8 00 00 "            // IFLA_VXLAN_PORT 4792
    );

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name vx2 type vxlan external vnifilter dstport 4791
const Bytes kCreateExternal =
    hex("5c 00 00 00 "                            // length
        "10 00 05 06 "                            // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 00 00 "                            // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                            // ifi_index 0
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "08 00 03 00 76 78 32 00 "                // IFLA_IFNAME "vx2"
        "34 00 12 80 "                            // IFLA_LINKINFO (nested)
        "  0a 00 01 00 76 78 6c 61 6e 00 00 00 "  // IFLA_INFO_KIND "vxlan"
        "  24 00 02 80 "                          // IFLA_INFO_DATA (nested)
        "    05 00 19 00 01 00 00 00 "            // IFLA_VXLAN_COLLECT_METADATA 1
        "    05 00 1e 00 01 00 00 00 "            // IFLA_VXLAN_VNIFILTER 1
        "    05 00 07 00 00 00 00 00 "            // IFLA_VXLAN_LEARNING 0
        "    06 00 0f 00 12 b7 00 00 "            // IFLA_VXLAN_PORT 4791
    );

}  // namespace

TEST_CASE("vxlan: over IPv4") {
  checkEncodes(kCreate, Object{{"name", "vx0"},
                               {"info", Object{{"kind", "vxlan"},
                                               {"data", Object{{"link", 3},
                                                               {"portRange", Object{{"low", 10000}, {"high", 20000}}},
                                                               {"ttl", 16},
                                                               {"ageing", 600},
                                                               {"limit", 500},
                                                               {"proxy", 1},
                                                               {"rsc", 1},
                                                               {"l2miss", 1},
                                                               {"l3miss", 1},
                                                               {"udpCsum", 0},
                                                               {"gbp", true},
                                                               {"df", VXLAN_DF_SET},
                                                               {"id", 42},
                                                               {"local", "10.1.0.2"},
                                                               {"group", "239.1.1.1"},
                                                               {"learning", 0},
                                                               {"port", 4789}}}}}});
  checkDecodes(kListed, Object{{"family", AF_UNSPEC},
                               {"type", ARPHRD_ETHER},
                               {"index", 4},
                               {"flags", IFF_BROADCAST | IFF_MULTICAST},
                               {"change", 0},
                               {"name", "vx0"},
                               {"info", Object{{"kind", "vxlan"},
                                               {"data", Object{{"id", 42},
                                                               {"group", "239.1.1.1"},
                                                               {"link", 3},
                                                               {"local", "10.1.0.2"},
                                                               {"ttl", 16},
                                                               {"ttlInherit", false},
                                                               {"tos", 0},
                                                               {"df", VXLAN_DF_SET},
                                                               {"label", 0},
                                                               {"learning", 0},
                                                               {"proxy", 1},
                                                               {"rsc", 1},
                                                               {"l2miss", 1},
                                                               {"l3miss", 1},
                                                               {"collectMetadata", 0},
                                                               {"ageing", 600},
                                                               {"limit", 500},
                                                               {"port", 4789},
                                                               {"udpCsum", 0},
                                                               {"udpZeroCsum6Tx", 0},
                                                               {"udpZeroCsum6Rx", 0},
                                                               {"remCsumTx", 0},
                                                               {"remCsumRx", 0},
                                                               {"localBypass", 1},
                                                               {"portRange", Object{{"low", 10000}, {"high", 20000}}},
                                                               {"gbp", true}}}}}});
}

TEST_CASE("vxlan: over IPv6") {
  checkEncodes(kCreateIpv6, Object{{"name", "vx1"},
                                   {"info", Object{{"kind", "vxlan"},
                                                   {"data", Object{{"link", 3},
                                                                   {"udpZeroCsum6Tx", 1},
                                                                   {"udpZeroCsum6Rx", 1},
                                                                   {"label", 0x12345},
                                                                   {"id", 43},
                                                                   {"local6", "fd00::2"},
                                                                   {"group6", "fd00::9"},
                                                                   {"learning", 1},
                                                                   {"port", 4790}}}}}});
  checkDecodes(kListedIpv6, Object{{"family", AF_UNSPEC},
                                   {"type", ARPHRD_ETHER},
                                   {"index", 5},
                                   {"flags", IFF_BROADCAST | IFF_MULTICAST},
                                   {"change", 0},
                                   {"name", "vx1"},
                                   {"info", Object{{"kind", "vxlan"},
                                                   {"data", Object{{"id", 43},
                                                                   {"group6", "fd00::9"},
                                                                   {"link", 3},
                                                                   {"local6", "fd00::2"},
                                                                   {"ttl", 0},
                                                                   {"ttlInherit", false},
                                                                   {"tos", 0},
                                                                   {"df", VXLAN_DF_UNSET},
                                                                   {"label", 0x12345},
                                                                   {"learning", 1},
                                                                   {"proxy", 0},
                                                                   {"rsc", 0},
                                                                   {"l2miss", 0},
                                                                   {"l3miss", 0},
                                                                   {"collectMetadata", 0},
                                                                   {"ageing", 300},
                                                                   {"limit", 0},
                                                                   {"port", 4790},
                                                                   {"udpCsum", 1},
                                                                   {"udpZeroCsum6Tx", 1},
                                                                   {"udpZeroCsum6Rx", 1},
                                                                   {"remCsumTx", 0},
                                                                   {"remCsumRx", 0},
                                                                   {"localBypass", 1},
                                                                   {"portRange", Object{{"low", 0}, {"high", 0}}}}}}}});
}

TEST_CASE("vxlan: with each packet saying where it goes") {
  checkEncodes(
      kCreateGeneric,
      Object{
          {"name", "vx3"},
          {"info", Object{{"kind", "vxlan"},
                          {"data", Object{{"collectMetadata", 1}, {"gpe", true}, {"learning", 0}, {"port", 4792}}}}}});
  checkEncodes(
      kCreateExternal,
      Object{{"name", "vx2"},
             {"info",
              Object{{"kind", "vxlan"},
                     {"data", Object{{"collectMetadata", 1}, {"vniFilter", 1}, {"learning", 0}, {"port", 4791}}}}}});
}

}  // namespace netplumb::testing
