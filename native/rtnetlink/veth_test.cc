#include <linux/if.h>
#include <linux/if_arp.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name web-h up mtu 1400 address 02:42:0a:00:00:01 numtxqueues 1 numrxqueues 1 type veth peer name
//     eth0 address 02:42:0a:00:00:02 netns blue
const Bytes kCreate =
    hex("98 00 00 00 "                                // length
        "10 00 05 06 "                                // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                    // sequence, port
        "00 00 00 00 "                                // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                                // ifi_index 0
        "01 00 00 00 "                                // ifi_flags 0x1
        "01 00 00 00 "                                // ifi_change 0x1
        "08 00 04 00 78 05 00 00 "                    // IFLA_MTU 1400
        "0a 00 01 00 02 42 0a 00 00 01 00 00 "        // IFLA_ADDRESS 02:42:0a:00:00:01
        "08 00 1f 00 01 00 00 00 "                    // IFLA_NUM_TX_QUEUES 1
        "08 00 20 00 01 00 00 00 "                    // IFLA_NUM_RX_QUEUES 1
        "0a 00 03 00 77 65 62 2d 68 00 00 00 "        // IFLA_IFNAME "web-h"
        "48 00 12 80 "                                // IFLA_LINKINFO (nested)
        "  09 00 01 00 76 65 74 68 00 00 00 00 "      // IFLA_INFO_KIND "veth"
        "  38 00 02 80 "                              // IFLA_INFO_DATA (nested)
        "    34 00 01 00 "                            // VETH_INFO_PEER
        "      00 00 00 00 "                          // ifi_family AF_UNSPEC, ifi_type 0
        "      00 00 00 00 "                          // ifi_index 0
        "      00 00 00 00 "                          // ifi_flags 0x0
        "      00 00 00 00 "                          // ifi_change 0x0
        "      0a 00 01 00 02 42 0a 00 00 02 00 00 "  // IFLA_ADDRESS 02:42:0a:00:00:02
        "      08 00 1c 00 04 00 00 00 "              // IFLA_NET_NS_FD 4
        "      09 00 03 00 65 74 68 30 00 00 00 00 "  // IFLA_IFNAME "eth0"
    );

// All other attributes are left out.
// $ ip -d link show dev web-h
// 2: web-h@if2: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1400 qdisc noqueue state DOWN mode DEFAULT group default qlen
//         1000
//     link/ether 02:42:0a:00:00:01 brd ff:ff:ff:ff:ff:ff link-netns blue promiscuity 0  allmulti 0 minmtu 68 maxmtu
//         65535
//     veth addrgenmode eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280
//         tso_max_segs 65535 gro_max_size 65536
const Bytes kListed =
    hex("4c 00 00 00 "                            // length
        "10 00 00 00 "                            // RTM_NEWLINK
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 01 00 "                            // ifi_family AF_UNSPEC, ifi_type 1
        "02 00 00 00 "                            // ifi_index 2
        "03 10 00 00 "                            // ifi_flags 0x1003
        "00 00 00 00 "                            // ifi_change 0x0
        "0a 00 03 00 77 65 62 2d 68 00 00 00 "    // IFLA_IFNAME "web-h"
        "10 00 12 00 "                            // IFLA_LINKINFO
        "  09 00 01 00 76 65 74 68 00 00 00 00 "  // IFLA_INFO_KIND "veth"
        "08 00 25 00 00 00 00 00 "                // IFLA_LINK_NETNSID 0
        "08 00 05 00 02 00 00 00 "                // IFLA_LINK 2
    );

}  // namespace

TEST_CASE("veth: both ends in one message, the peer inside its namespace") {
  checkEncodes(
      kCreate,
      Object{{"flags", IFF_UP},
             {"change", IFF_UP},
             {"mtu", 1400},
             {"address", "02:42:0a:00:00:01"},
             {"numTxQueues", 1},
             {"numRxQueues", 1},
             {"name", "web-h"},
             {"info",
              Object{{"kind", "veth"},
                     {"data",
                      Object{{"peer", Object{{"address", "02:42:0a:00:00:02"}, {"netnsFd", 4}, {"name", "eth0"}}}}}}}});
}

TEST_CASE("veth: listings lead to the peer by index and namespace") {
  checkDecodes(kListed, Object{{"family", 0},
                               {"type", ARPHRD_ETHER},
                               {"index", 2},
                               {"flags", IFF_UP | IFF_BROADCAST | IFF_MULTICAST},
                               {"change", 0},
                               {"name", "web-h"},
                               {"info", Object{{"kind", "veth"}}},
                               {"linkNetnsId", 0},
                               {"link", 2}});
}

}  // namespace netplumb::testing
