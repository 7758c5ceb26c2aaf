#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name mac0 link eth0 type macvlan mode bridge nodst bcqueuelen 2000
const Bytes kCreate =
    hex("60 00 00 00 "                            // length
        "10 00 05 06 "                            // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 00 00 "                            // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                            // ifi_index 0
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "08 00 05 00 03 00 00 00 "                // IFLA_LINK 3
        "09 00 03 00 6d 61 63 30 00 00 00 00 "    // IFLA_IFNAME "mac0"
        "2c 00 12 80 "                            // IFLA_LINKINFO (nested)
        "  0c 00 01 00 6d 61 63 76 6c 61 6e 00 "  // IFLA_INFO_KIND "macvlan"
        "  1c 00 02 80 "                          // IFLA_INFO_DATA (nested)
        "    08 00 07 00 d0 07 00 00 "            // IFLA_MACVLAN_BC_QUEUE_LEN 2000
        "    08 00 01 00 04 00 00 00 "            // IFLA_MACVLAN_MODE 4
        "    06 00 02 00 02 00 00 00 "            // IFLA_MACVLAN_FLAGS 2
    );

// All other attributes are left out.
// $ ip -d link show dev mac0
// 4: mac0@eth0: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000
//     link/ether 76:59:35:0a:b2:6b brd ff:ff:ff:ff:ff:ff promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535
//     macvlan mode bridge nodst bcqueuelen 2000 usedbcqueuelen 2000 addrgenmode eui64 numtxqueues 1 numrxqueues 1
//         gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 gro_max_size 65536
const Bytes kListed =
    hex("70 00 00 00 "                            // length
        "10 00 00 00 "                            // RTM_NEWLINK
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 01 00 "                            // ifi_family AF_UNSPEC, ifi_type 1
        "04 00 00 00 "                            // ifi_index 4
        "02 10 00 00 "                            // ifi_flags 0x1002
        "00 00 00 00 "                            // ifi_change 0x0
        "09 00 03 00 6d 61 63 30 00 00 00 00 "    // IFLA_IFNAME "mac0"
        "3c 00 12 00 "                            // IFLA_LINKINFO
        "  0c 00 01 00 6d 61 63 76 6c 61 6e 00 "  // IFLA_INFO_KIND "macvlan"
        "  2c 00 02 00 "                          // IFLA_INFO_DATA
        "    08 00 01 00 04 00 00 00 "            // IFLA_MACVLAN_MODE 4
        "    06 00 02 00 02 00 00 00 "            // IFLA_MACVLAN_FLAGS 2
        "    08 00 06 00 00 00 00 00 "            // IFLA_MACVLAN_MACADDR_COUNT 0
        "    08 00 07 00 d0 07 00 00 "            // IFLA_MACVLAN_BC_QUEUE_LEN 2000
        "    08 00 08 00 d0 07 00 00 "            // IFLA_MACVLAN_BC_QUEUE_LEN_USED 2000
        "08 00 05 00 03 00 00 00 "                // IFLA_LINK 3
    );

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name mac1 link eth0 type macvlan mode source
const Bytes kCreateSource =
    hex("50 00 00 00 "                            // length
        "10 00 05 06 "                            // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 00 00 "                            // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                            // ifi_index 0
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "08 00 05 00 03 00 00 00 "                // IFLA_LINK 3
        "09 00 03 00 6d 61 63 31 00 00 00 00 "    // IFLA_IFNAME "mac1"
        "1c 00 12 80 "                            // IFLA_LINKINFO (nested)
        "  0c 00 01 00 6d 61 63 76 6c 61 6e 00 "  // IFLA_INFO_KIND "macvlan"
        "  0c 00 02 80 "                          // IFLA_INFO_DATA (nested)
        "    08 00 01 00 10 00 00 00 "            // IFLA_MACVLAN_MODE 16
    );

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link set dev mac1 type macvlan macaddr set 02:42:0a:00:00:01 02:42:0a:00:00:02
const Bytes kSetSources =
    hex("58 00 00 00 "                                // length
        "10 00 05 00 "                                // RTM_NEWLINK, request, ack
        "00 00 00 00 00 00 00 00 "                    // sequence, port
        "00 00 00 00 "                                // ifi_family AF_UNSPEC, ifi_type 0
        "05 00 00 00 "                                // ifi_index 5
        "00 00 00 00 "                                // ifi_flags 0x0
        "00 00 00 00 "                                // ifi_change 0x0
        "38 00 12 80 "                                // IFLA_LINKINFO (nested)
        "  0c 00 01 00 6d 61 63 76 6c 61 6e 00 "      // IFLA_INFO_KIND "macvlan"
        "  28 00 02 80 "                              // IFLA_INFO_DATA (nested)
        "    08 00 03 00 03 00 00 00 "                // IFLA_MACVLAN_MACADDR_MODE 3
        "    1c 00 05 80 "                            // IFLA_MACVLAN_MACADDR_DATA (nested)
        "      0a 00 04 00 02 42 0a 00 00 01 00 00 "  // IFLA_MACVLAN_MACADDR 02:42:0a:00:00:01
        "      0a 00 04 00 02 42 0a 00 00 02 00 00 "  // IFLA_MACVLAN_MACADDR 02:42:0a:00:00:02
    );

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link set dev mac1 type macvlan macaddr add 02:42:0a:00:00:03
const Bytes kAddSource =
    hex("48 00 00 00 "                              // length
        "10 00 05 00 "                              // RTM_NEWLINK, request, ack
        "00 00 00 00 00 00 00 00 "                  // sequence, port
        "00 00 00 00 "                              // ifi_family AF_UNSPEC, ifi_type 0
        "05 00 00 00 "                              // ifi_index 5
        "00 00 00 00 "                              // ifi_flags 0x0
        "00 00 00 00 "                              // ifi_change 0x0
        "28 00 12 80 "                              // IFLA_LINKINFO (nested)
        "  0c 00 01 00 6d 61 63 76 6c 61 6e 00 "    // IFLA_INFO_KIND "macvlan"
        "  18 00 02 80 "                            // IFLA_INFO_DATA (nested)
        "    08 00 03 00 00 00 00 00 "              // IFLA_MACVLAN_MACADDR_MODE 0
        "    0a 00 04 00 02 42 0a 00 00 03 00 00 "  // IFLA_MACVLAN_MACADDR 02:42:0a:00:00:03
    );

// All other attributes are left out.
// $ ip -d link show dev mac1
// 5: mac1@eth0: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000
//     link/ether 5e:93:a7:96:8a:96 brd ff:ff:ff:ff:ff:ff promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535
//     macvlan mode source bcqueuelen 1000 usedbcqueuelen 2000 remotes (2) 02:42:0a:00:00:02 02:42:0a:00:00:01
//         addrgenmode eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280
//         tso_max_segs 65535 gro_max_size 65536
const Bytes kListedSources =
    hex("8c 00 00 00 "                                // length
        "10 00 00 00 "                                // RTM_NEWLINK
        "00 00 00 00 00 00 00 00 "                    // sequence, port
        "00 00 01 00 "                                // ifi_family AF_UNSPEC, ifi_type 1
        "05 00 00 00 "                                // ifi_index 5
        "02 10 00 00 "                                // ifi_flags 0x1002
        "00 00 00 00 "                                // ifi_change 0x0
        "09 00 03 00 6d 61 63 31 00 00 00 00 "        // IFLA_IFNAME "mac1"
        "58 00 12 00 "                                // IFLA_LINKINFO
        "  0c 00 01 00 6d 61 63 76 6c 61 6e 00 "      // IFLA_INFO_KIND "macvlan"
        "  48 00 02 00 "                              // IFLA_INFO_DATA
        "    08 00 01 00 10 00 00 00 "                // IFLA_MACVLAN_MODE 16
        "    06 00 02 00 00 00 00 00 "                // IFLA_MACVLAN_FLAGS 0
        "    08 00 06 00 02 00 00 00 "                // IFLA_MACVLAN_MACADDR_COUNT 2
        "    1c 00 05 00 "                            // IFLA_MACVLAN_MACADDR_DATA
        "      0a 00 04 00 02 42 0a 00 00 02 00 00 "  // IFLA_MACVLAN_MACADDR 02:42:0a:00:00:02
        "      0a 00 04 00 02 42 0a 00 00 01 00 00 "  // IFLA_MACVLAN_MACADDR 02:42:0a:00:00:01
        "    08 00 07 00 e8 03 00 00 "                // IFLA_MACVLAN_BC_QUEUE_LEN 1000
        "    08 00 08 00 d0 07 00 00 "                // IFLA_MACVLAN_BC_QUEUE_LEN_USED 2000
        "08 00 05 00 03 00 00 00 "                    // IFLA_LINK 3
    );

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name tap0 link eth0 type macvtap mode private
const Bytes kCreateTap =
    hex("50 00 00 00 "                            // length
        "10 00 05 06 "                            // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 00 00 "                            // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                            // ifi_index 0
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "08 00 05 00 03 00 00 00 "                // IFLA_LINK 3
        "09 00 03 00 74 61 70 30 00 00 00 00 "    // IFLA_IFNAME "tap0"
        "1c 00 12 80 "                            // IFLA_LINKINFO (nested)
        "  0c 00 01 00 6d 61 63 76 74 61 70 00 "  // IFLA_INFO_KIND "macvtap"
        "  0c 00 02 80 "                          // IFLA_INFO_DATA (nested)
        "    08 00 01 00 01 00 00 00 "            // IFLA_MACVLAN_MODE 1
    );

}  // namespace

TEST_CASE("macvlan: on another link") {
  checkEncodes(kCreate, Object{{"link", 3},
                               {"name", "mac0"},
                               {"info", Object{{"kind", "macvlan"},
                                               {"data", Object{{"broadcastQueueLength", 2000},
                                                               {"mode", MACVLAN_MODE_BRIDGE},
                                                               {"flags", MACVLAN_FLAG_NODST}}}}}});
}

TEST_CASE("macvlan: as the kernel lists it") {
  checkDecodes(kListed, Object{{"family", AF_UNSPEC},
                               {"type", ARPHRD_ETHER},
                               {"index", 4},
                               {"flags", IFF_BROADCAST | IFF_MULTICAST},
                               {"change", 0},
                               {"name", "mac0"},
                               {"info", Object{{"kind", "macvlan"},
                                               {"data", Object{{"mode", MACVLAN_MODE_BRIDGE},
                                                               {"flags", MACVLAN_FLAG_NODST},
                                                               {"sourceAddressCount", 0},
                                                               {"broadcastQueueLength", 2000},
                                                               {"broadcastQueueLengthUsed", 2000}}}}},
                               {"link", 3}});
}

TEST_CASE("macvlan: admitting listed senders only") {
  checkEncodes(kCreateSource,
               Object{{"link", 3},
                      {"name", "mac1"},
                      {"info", Object{{"kind", "macvlan"}, {"data", Object{{"mode", MACVLAN_MODE_SOURCE}}}}}});
  checkEncodes(
      kSetSources,
      Object{{"index", 5},
             {"info", Object{{"kind", "macvlan"},
                             {"data", Object{{"addressMode", MACVLAN_MACADDR_SET},
                                             {"sourceAddresses", List{"02:42:0a:00:00:01", "02:42:0a:00:00:02"}}}}}}});
  checkEncodes(kAddSource, Object{{"index", 5},
                                  {"info", Object{{"kind", "macvlan"},
                                                  {"data", Object{{"addressMode", MACVLAN_MACADDR_ADD},
                                                                  {"sourceAddress", "02:42:0a:00:00:03"}}}}}});
  checkDecodes(
      kListedSources,
      Object{{"family", AF_UNSPEC},
             {"type", ARPHRD_ETHER},
             {"index", 5},
             {"flags", IFF_BROADCAST | IFF_MULTICAST},
             {"change", 0},
             {"name", "mac1"},
             {"info", Object{{"kind", "macvlan"},
                             {"data", Object{{"mode", MACVLAN_MODE_SOURCE},
                                             {"flags", 0},
                                             {"sourceAddressCount", 2},
                                             {"sourceAddresses", List{"02:42:0a:00:00:02", "02:42:0a:00:00:01"}},
                                             {"broadcastQueueLength", 1000},
                                             {"broadcastQueueLengthUsed", 2000}}}}},
             {"link", 3}});
}

TEST_CASE("macvlan: the same, with a character device") {
  checkEncodes(kCreateTap,
               Object{{"link", 3},
                      {"name", "tap0"},
                      {"info", Object{{"kind", "macvtap"}, {"data", Object{{"mode", MACVLAN_MODE_PRIVATE}}}}}});
}

}  // namespace netplumb::testing
