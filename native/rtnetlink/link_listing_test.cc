#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// $ ip -d -s link show dev web-h
// 4: web-h@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP mode DEFAULT group 7
//         qlen 1000
//     link/ether 02:42:0a:01:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 1  allmulti 1 minmtu 68 maxmtu 65535
//     veth
//     bridge_slave state disabled priority 32 cost 2 hairpin off guard off root_block off fastleave off learning on
//         flood on port_id 0x8001 port_no 0x1 designated_port 32769 designated_cost 0 designated_bridge
//         8000.2:42:a:1:0:1 designated_root 8000.2:42:a:1:0:1 hold_timer    0.00 message_age_timer    0.00
//         forward_delay_timer    0.00 topology_change_ack 0 config_pending 0 proxy_arp off proxy_arp_wifi off
//         mcast_router 1 mcast_fast_leave off mcast_flood on bcast_flood on mcast_to_unicast off neigh_suppress off
//         group_fwd_mask 0 group_fwd_mask_str 0x0 vlan_tunnel off isolated off locked off addrgenmode eui64
//         numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535
//         gro_max_size 65536
//     alias web
//     RX:  bytes packets errors dropped  missed   mcast
//            426       5      0       0       0       0
//     TX:  bytes packets errors dropped carrier collsns
//            516       6      0       0       0       0
//     altname first-other-name
//     altname second
const Bytes kListed = hex(
    "fc 05 00 00 "                                                              // length
    "10 00 00 00 "                                                              // RTM_NEWLINK
    "00 00 00 00 00 00 00 00 "                                                  // sequence, port
    "00 00 01 00 "                                                              // ifi_family AF_UNSPEC, ifi_type 1
    "04 00 00 00 "                                                              // ifi_index 4
    "43 10 01 00 "                                                              // ifi_flags 0x11043
    "00 00 00 00 "                                                              // ifi_change 0x0
    "0a 00 03 00 77 65 62 2d 68 00 00 00 "                                      // IFLA_IFNAME "web-h"
    "08 00 0d 00 e8 03 00 00 "                                                  // IFLA_TXQLEN 1000
    "05 00 10 00 06 00 00 00 "                                                  // IFLA_OPERSTATE 6
    "05 00 11 00 00 00 00 00 "                                                  // IFLA_LINKMODE 0
    "05 00 43 00 00 00 00 00 "                                                  // IFLA_NETNS_IMMUTABLE 0
    "08 00 04 00 dc 05 00 00 "                                                  // IFLA_MTU 1500
    "08 00 32 00 44 00 00 00 "                                                  // IFLA_MIN_MTU 68
    "08 00 33 00 ff ff 00 00 "                                                  // IFLA_MAX_MTU 65535
    "08 00 1b 00 07 00 00 00 "                                                  // IFLA_GROUP 7
    "08 00 1e 00 01 00 00 00 "                                                  // IFLA_PROMISCUITY 1
    "08 00 3d 00 01 00 00 00 "                                                  // IFLA_ALLMULTI 1
    "08 00 1f 00 01 00 00 00 "                                                  // IFLA_NUM_TX_QUEUES 1
    "08 00 28 00 ff ff 00 00 "                                                  // IFLA_GSO_MAX_SEGS 65535
    "08 00 29 00 00 00 01 00 "                                                  // IFLA_GSO_MAX_SIZE 65536
    "08 00 3a 00 00 00 01 00 "                                                  // IFLA_GRO_MAX_SIZE 65536
    "08 00 3f 00 00 00 01 00 "                                                  // IFLA_GSO_IPV4_MAX_SIZE 65536
    "08 00 40 00 00 00 01 00 "                                                  // IFLA_GRO_IPV4_MAX_SIZE 65536
    "08 00 3b 00 f8 ff 07 00 "                                                  // IFLA_TSO_MAX_SIZE 524280
    "08 00 3c 00 ff ff 00 00 "                                                  // IFLA_TSO_MAX_SEGS 65535
    "08 00 42 00 00 00 00 00 "                                                  // IFLA_MAX_PACING_OFFLOAD_HORIZON 0
    "08 00 20 00 01 00 00 00 "                                                  // IFLA_NUM_RX_QUEUES 1
    "08 00 0a 00 02 00 00 00 "                                                  // IFLA_MASTER 2
    "05 00 21 00 01 00 00 00 "                                                  // IFLA_CARRIER 1
    "08 00 14 00 77 65 62 00 "                                                  // IFLA_IFALIAS "web"
    "08 00 23 00 02 00 00 00 "                                                  // IFLA_CARRIER_CHANGES 2
    "08 00 2f 00 01 00 00 00 "                                                  // IFLA_CARRIER_UP_COUNT 1
    "08 00 30 00 01 00 00 00 "                                                  // IFLA_CARRIER_DOWN_COUNT 1
    "06 00 44 00 00 00 00 00 "                                                  // IFLA_HEADROOM 0
    "06 00 45 00 00 00 00 00 "                                                  // IFLA_TAILROOM 0
    "05 00 27 00 00 00 00 00 "                                                  // IFLA_PROTO_DOWN 0
    "0a 00 01 00 02 42 0a 01 00 01 00 00 "                                      // IFLA_ADDRESS 02:42:0a:01:00:01
    "0a 00 02 00 ff ff ff ff ff ff 00 00 "                                      // IFLA_BROADCAST ff:ff:ff:ff:ff:ff
    "cc 00 17 00 05 00 00 00 00 00 00 00 06 00 00 00 00 00 00 00 aa 01 00 00 "  // IFLA_STATS64
    "00 00 00 00 04 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 "
    "64 00 07 00 05 00 00 00 06 00 00 00 aa 01 00 00 04 02 00 00 00 00 00 00 "  // IFLA_STATS
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 "
    "0c 00 2b 00 05 00 02 00 00 00 00 00 "      // IFLA_XDP
    "6c 01 12 00 "                              // IFLA_LINKINFO
    "  09 00 01 00 76 65 74 68 00 00 00 00 "    // IFLA_INFO_KIND "veth"
    "  0b 00 04 00 62 72 69 64 67 65 00 00 "    // IFLA_INFO_SLAVE_KIND "bridge"
    "  50 01 05 00 "                            // IFLA_INFO_SLAVE_DATA
    "    05 00 01 00 00 00 00 00 "              // IFLA_BRPORT_STATE 0
    "    06 00 02 00 20 00 00 00 "              // IFLA_BRPORT_PRIORITY 32
    "    08 00 03 00 02 00 00 00 "              // IFLA_BRPORT_COST 2
    "    05 00 04 00 00 00 00 00 "              // IFLA_BRPORT_MODE 0
    "    05 00 05 00 00 00 00 00 "              // IFLA_BRPORT_GUARD 0
    "    05 00 06 00 00 00 00 00 "              // IFLA_BRPORT_PROTECT 0
    "    05 00 07 00 00 00 00 00 "              // IFLA_BRPORT_FAST_LEAVE 0
    "    05 00 1c 00 00 00 00 00 "              // IFLA_BRPORT_MCAST_TO_UCAST 0
    "    05 00 08 00 01 00 00 00 "              // IFLA_BRPORT_LEARNING 1
    "    05 00 09 00 01 00 00 00 "              // IFLA_BRPORT_UNICAST_FLOOD 1
    "    05 00 1b 00 01 00 00 00 "              // IFLA_BRPORT_MCAST_FLOOD 1
    "    05 00 1e 00 01 00 00 00 "              // IFLA_BRPORT_BCAST_FLOOD 1
    "    05 00 0a 00 00 00 00 00 "              // IFLA_BRPORT_PROXYARP 0
    "    05 00 0c 00 00 00 00 00 "              // IFLA_BRPORT_PROXYARP_WIFI 0
    "    0c 00 0d 00 80 00 02 42 0a 01 00 01 "  // IFLA_BRPORT_ROOT_ID 8000 02:42:0a:01:00:01
    "    0c 00 0e 00 80 00 02 42 0a 01 00 01 "  // IFLA_BRPORT_BRIDGE_ID 8000 02:42:0a:01:00:01
    "    06 00 0f 00 01 80 00 00 "              // IFLA_BRPORT_DESIGNATED_PORT 32769
    "    06 00 10 00 00 00 00 00 "              // IFLA_BRPORT_DESIGNATED_COST 0
    "    06 00 11 00 01 80 00 00 "              // IFLA_BRPORT_ID 32769
    "    06 00 12 00 01 00 00 00 "              // IFLA_BRPORT_NO 1
    "    05 00 13 00 00 00 00 00 "              // IFLA_BRPORT_TOPOLOGY_CHANGE_ACK 0
    "    05 00 14 00 00 00 00 00 "              // IFLA_BRPORT_CONFIG_PENDING 0
    "    05 00 1d 00 00 00 00 00 "              // IFLA_BRPORT_VLAN_TUNNEL 0
    "    06 00 1f 00 00 00 00 00 "              // IFLA_BRPORT_GROUP_FWD_MASK 0
    "    05 00 20 00 00 00 00 00 "              // IFLA_BRPORT_NEIGH_SUPPRESS 0
    "    05 00 23 00 00 00 00 00 "              // IFLA_BRPORT_MRP_RING_OPEN 0
    "    05 00 24 00 00 00 00 00 "              // IFLA_BRPORT_MRP_IN_OPEN 0
    "    05 00 21 00 00 00 00 00 "              // IFLA_BRPORT_ISOLATED 0
    "    05 00 27 00 00 00 00 00 "              // IFLA_BRPORT_LOCKED 0
    "    05 00 28 00 00 00 00 00 "              // IFLA_BRPORT_MAB 0
    "    05 00 2b 00 00 00 00 00 "              // IFLA_BRPORT_NEIGH_VLAN_SUPPRESS 0
    "    0c 00 15 00 00 00 00 00 00 00 00 00 "  // IFLA_BRPORT_MESSAGE_AGE_TIMER 0
    "    0c 00 16 00 00 00 00 00 00 00 00 00 "  // IFLA_BRPORT_FORWARD_DELAY_TIMER 0
    "    0c 00 17 00 00 00 00 00 00 00 00 00 "  // IFLA_BRPORT_HOLD_TIMER 0
    "    05 00 19 00 01 00 00 00 "              // IFLA_BRPORT_MULTICAST_ROUTER 1
    "    08 00 25 00 00 02 00 00 "              // IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT 512
    "    08 00 26 00 00 00 00 00 "              // IFLA_BRPORT_MCAST_EHT_HOSTS_CNT 0
    "    08 00 29 00 00 00 00 00 "              // IFLA_BRPORT_MCAST_N_GROUPS 0
    "    08 00 2a 00 00 00 00 00 "              // IFLA_BRPORT_MCAST_MAX_GROUPS 0
    "08 00 05 00 03 00 00 00 "                  // IFLA_LINK 3
    "0c 00 06 00 6e 6f 71 75 65 75 65 00 "      // IFLA_QDISC "noqueue"
    "c0 01 1a 00 "                              // IFLA_AF_SPEC
    "  8c 00 02 00 "                            // AF_INET
    "    88 00 01 00 "                          // IFLA_INET_CONF
    "    00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 "  // one integer for each option, from
                                                                                    // 1
    "    01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "    00 00 00 00 00 00 00 00 10 27 00 00 e8 03 00 00 00 00 00 00 00 00 00 00 "
    "    00 00 00 00 00 00 00 00 01 00 00 00 "
    "  30 01 0a 00 "                                                    // AF_INET6
    "    08 00 01 00 10 00 00 80 "                                      // IFLA_INET6_FLAGS 2147483664
    "    14 00 05 00 ff ff 00 00 c4 26 08 00 18 75 00 00 e8 03 00 00 "  // IFLA_INET6_CACHEINFO 65535 534212 29976 1000
    "    f4 00 02 00 00 00 00 00 40 00 00 00 dc 05 00 00 01 00 00 00 01 00 00 00 "  // IFLA_INET6_CONF: one integer for
                                                                                    // each option, from 0
    "    01 00 00 00 01 00 00 00 ff ff ff ff a0 0f 00 00 e8 03 00 00 00 00 00 00 "
    "    80 3a 09 00 80 51 01 00 03 00 00 00 58 02 00 00 10 00 00 00 00 00 00 00 "
    "    01 00 00 00 01 00 00 00 01 00 00 00 60 ea 00 00 00 00 00 00 00 00 00 00 "
    "    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 "
    "    00 00 00 00 10 27 00 00 e8 03 00 00 01 00 00 00 00 00 00 00 00 00 00 00 "
    "    01 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 "
    "    00 00 00 00 00 00 00 00 80 ee 36 00 00 00 00 00 00 00 00 00 01 00 00 00 "
    "    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 04 00 00 "
    "    00 00 00 00 ff ff 00 00 ff ff ff ff 01 00 00 00 00 00 00 00 00 00 00 00 "
    "    00 00 00 00 "
    "    14 00 07 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "          // IFLA_INET6_TOKEN ::
    "    05 00 08 00 00 00 00 00 "                                              // IFLA_INET6_ADDR_GEN_MODE 0
    "24 00 0e 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "  // IFLA_MAP
    "00 00 00 00 00 00 00 00 00 00 00 00 "
    "28 00 34 80 "                                                                // IFLA_PROP_LIST (nested)
    "  15 00 35 00 66 69 72 73 74 2d 6f 74 68 65 72 2d 6e 61 6d 65 00 00 00 00 "  // IFLA_ALT_IFNAME "first-other-name"
    "  0b 00 35 00 73 65 63 6f 6e 64 00 00 "                                      // IFLA_ALT_IFNAME "second"
    "04 00 3e 80 "                                                                // IFLA_DEVLINK_PORT
    "04 00 41 80 "                                                                // IFLA_DPLL_PIN
);

}  // namespace

TEST_CASE("link: one as the kernel lists it, with all that hangs on it") {
  const Object ipv4{{"forwarding", 0},    {"proxyArp", 0},     {"acceptRedirects", 1},   {"secureRedirects", 1},
                    {"sendRedirects", 1}, {"rpFilter", 0},     {"acceptSourceRoute", 1}, {"logMartians", 0},
                    {"arpFilter", 0},     {"arpAnnounce", 0},  {"arpIgnore", 0},         {"promoteSecondaries", 0},
                    {"arpAccept", 0},     {"arpNotify", 0},    {"acceptLocal", 0},       {"srcValidMark", 0},
                    {"proxyArpPvlan", 0}, {"routeLocalnet", 0}};
  const Object ipv6{{"forwarding", 0},   {"acceptRa", 1},     {"acceptRedirects", 1}, {"autoconf", 1},
                    {"dadTransmits", 1}, {"rtrSolicits", -1}, {"proxyNdp", 0},        {"acceptSourceRoute", 0},
                    {"disableIpv6", 0},  {"acceptDad", 1}};
  const Object port{{"state", 0},
                    {"priority", 32},
                    {"cost", 2},
                    {"hairpin", 0},
                    {"bpduGuard", 0},
                    {"rootBlock", 0},
                    {"fastLeave", 0},
                    {"multicastToUnicast", 0},
                    {"learning", 1},
                    {"unicastFlood", 1},
                    {"multicastFlood", 1},
                    {"broadcastFlood", 1},
                    {"proxyArp", 0},
                    {"proxyArpWifi", 0},
                    {"rootId", "80:00:02:42:0a:01:00:01"},
                    {"bridgeId", "80:00:02:42:0a:01:00:01"},
                    {"designatedPort", 0x8001},
                    {"designatedCost", 0},
                    {"id", 0x8001},
                    {"number", 1},
                    {"topologyChangeAck", 0},
                    {"configPending", 0},
                    {"vlanTunnel", 0},
                    {"groupForwardMask", 0},
                    {"neighbourSuppress", 0},
                    {"isolated", 0},
                    {"locked", 0},
                    {"macAuthenticationBypass", 0},
                    {"neighbourVlanSuppress", 0},
                    {"multicastRouter", 1},
                    {"multicastEhtHostsLimit", 512},
                    {"multicastEhtHostsCount", 0},
                    {"multicastGroups", 0},
                    {"multicastMaxGroups", 0}};
  const Object ipv6Link{
      {"flags", 0x80000010},
      {"cacheInfo",
       Object{{"maxReassembly", 65535}, {"updated", 534212}, {"reachableTime", 29976}, {"retransmitTime", 1000}}},
      {"conf", ipv6},
      {"token", "::"},
      {"addrGenMode", IN6_ADDR_GEN_MODE_EUI64}};
  const auto count = [](uint64_t number) { return Value(number); };
  const Object statistics{{"rxPackets", count(5)},      {"txPackets", count(6)},         {"rxBytes", count(426)},
                          {"txBytes", count(516)},      {"rxErrors", count(0)},          {"txErrors", count(0)},
                          {"rxDropped", count(0)},      {"txDropped", count(0)},         {"multicast", count(0)},
                          {"collisions", count(0)},     {"rxLengthErrors", count(0)},    {"rxOverErrors", count(0)},
                          {"rxCrcErrors", count(0)},    {"rxFrameErrors", count(0)},     {"rxFifoErrors", count(0)},
                          {"rxMissedErrors", count(0)}, {"txAbortedErrors", count(0)},   {"txCarrierErrors", count(0)},
                          {"txFifoErrors", count(0)},   {"txHeartbeatErrors", count(0)}, {"txWindowErrors", count(0)},
                          {"rxCompressed", count(0)},   {"txCompressed", count(0)},      {"rxNoHandler", count(0)}};
  checkDecodes(kListed, Object{{"family", AF_UNSPEC},
                               {"type", ARPHRD_ETHER},
                               {"index", 4},
                               {"flags", IFF_UP | IFF_BROADCAST | IFF_RUNNING | IFF_MULTICAST | IFF_LOWER_UP},
                               {"change", 0},
                               {"name", "web-h"},
                               {"txQueueLength", 1000},
                               {"operState", IF_OPER_UP},
                               {"linkMode", 0},
                               {"mtu", 1500},
                               {"minMtu", 68},
                               {"maxMtu", 65535},
                               {"group", 7},
                               {"promiscuity", 1},
                               {"allMulticast", 1},
                               {"numTxQueues", 1},
                               {"gsoMaxSegs", 65535},
                               {"gsoMaxSize", 65536},
                               {"groMaxSize", 65536},
                               {"tsoMaxSize", 524280},
                               {"tsoMaxSegs", 65535},
                               {"numRxQueues", 1},
                               {"master", 2},
                               {"carrier", 1},
                               {"alias", "web"},
                               {"carrierChanges", 2},
                               {"carrierUpCount", 1},
                               {"carrierDownCount", 1},
                               {"address", "02:42:0a:01:00:01"},
                               {"broadcast", "ff:ff:ff:ff:ff:ff"},
                               {"stats64", statistics},
                               {"info", Object{{"kind", "veth"}, {"slaveKind", "bridge"}, {"slaveData", port}}},
                               {"link", 3},
                               {"qdisc", "noqueue"},
                               {"afSpec", Object{{"inet", Object{{"conf", ipv4}}}, {"inet6", ipv6Link}}},
                               {"altNames", List{"first-other-name", "second"}}});
}

TEST_CASE("link: what the links of a test machine do not have") {
  // Put together by hand from rtnl_fill_ifinfo in net/core/rtnetlink.c and inet6_fill_ifla6_attrs in
  // net/ipv6/addrconf.c: an address burnt in, and an MTU from a router's advertisement.
  const Bytes listed =
      hex("3c 00 00 00 "                          // length
          "10 00 00 00 "                          // RTM_NEWLINK
          "00 00 00 00 00 00 00 00 "              // sequence, port
          "00 00 01 00 "                          // ifi_family AF_UNSPEC, ifi_type 1
          "04 00 00 00 "                          // ifi_index 4
          "00 00 00 00 "                          // ifi_flags 0x0
          "00 00 00 00 "                          // ifi_change 0x0
          "0a 00 36 00 02 42 0a 00 00 01 00 00 "  // IFLA_PERM_ADDRESS 02:42:0a:00:00:01
          "10 00 1a 00 "                          // IFLA_AF_SPEC
          "  0c 00 0a 00 "                        // AF_INET6
          "    08 00 09 00 dc 05 00 00 "          // IFLA_INET6_RA_MTU 1500
      );
  checkDecodes(listed, Object{{"family", AF_UNSPEC},
                              {"type", ARPHRD_ETHER},
                              {"index", 4},
                              {"flags", 0},
                              {"change", 0},
                              {"permAddress", "02:42:0a:00:00:01"},
                              {"afSpec", Object{{"inet6", Object{{"raMtu", 1500}}}}}});
}

}  // namespace netplumb::testing
