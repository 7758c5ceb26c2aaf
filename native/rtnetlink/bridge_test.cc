#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name br0 address 02:42:0a:00:00:01 type bridge stp_state 0 forward_delay 200 ageing_time 30000
//     priority 4096 mcast_snooping 0 group_fwd_mask 8 nf_call_iptables 1 mcast_querier_interval 25500 group_address
//     01:80:c2:00:00:04 no_linklocal_learn 1 fdb_flush
const Bytes kCreate =
    hex("a8 00 00 00 "                              // length
        "10 00 05 06 "                              // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                  // sequence, port
        "00 00 00 00 "                              // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                              // ifi_index 0
        "00 00 00 00 "                              // ifi_flags 0x0
        "00 00 00 00 "                              // ifi_change 0x0
        "0a 00 01 00 02 42 0a 00 00 01 00 00 "      // IFLA_ADDRESS 02:42:0a:00:00:01
        "08 00 03 00 62 72 30 00 "                  // IFLA_IFNAME "br0"
        "74 00 12 80 "                              // IFLA_LINKINFO (nested)
        "  0b 00 01 00 62 72 69 64 67 65 00 00 "    // IFLA_INFO_KIND "bridge"
        "  64 00 02 80 "                            // IFLA_INFO_DATA (nested)
        "    08 00 05 00 00 00 00 00 "              // IFLA_BR_STP_STATE 0
        "    08 00 01 00 c8 00 00 00 "              // IFLA_BR_FORWARD_DELAY 200
        "    08 00 04 00 30 75 00 00 "              // IFLA_BR_AGEING_TIME 30000
        "    06 00 06 00 00 10 00 00 "              // IFLA_BR_PRIORITY 4096
        "    05 00 17 00 00 00 00 00 "              // IFLA_BR_MCAST_SNOOPING 0
        "    06 00 09 00 08 00 00 00 "              // IFLA_BR_GROUP_FWD_MASK 8
        "    05 00 24 00 01 00 00 00 "              // IFLA_BR_NF_CALL_IPTABLES 1
        "    0c 00 20 00 9c 63 00 00 00 00 00 00 "  // IFLA_BR_MCAST_QUERIER_INTVL 25500
        "    0a 00 14 00 01 80 c2 00 00 04 00 00 "  // IFLA_BR_GROUP_ADDR 01:80:c2:00:00:04
        "    04 00 15 00 "                          // IFLA_BR_FDB_FLUSH
        "    0c 00 2e 00 01 00 00 00 01 00 00 00 "  // IFLA_BR_MULTI_BOOLOPT values 0x1, mask 0x1
    );

// All other attributes are left out.
// $ ip -d link show dev br0
// 2: br0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000
//     link/ether 02:42:0a:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535
//     bridge forward_delay 200 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 4096 vlan_filtering
//         0 bridge_id 1000.2:42:a:0:0:1 designated_root 1000.2:42:a:0:0:1 root_port 0 root_path_cost 0 topology_change
//         0 topology_change_detected 0 hello_timer    0.00 tcn_timer    0.00 topology_change_timer    0.00 gc_timer
//         299.97 group_fwd_mask 0x8 group_address 01:80:c2:00:00:04 mcast_snooping 0 no_linklocal_learn 1
//         mcast_vlan_snooping 0 mcast_router 1 mcast_query_use_ifaddr 0 mcast_querier 0 mcast_hash_elasticity 16
//         mcast_hash_max 4096 mcast_last_member_count 2 mcast_startup_query_count 2 mcast_last_member_interval 100
//         mcast_membership_interval 26000 mcast_querier_interval 25500 mcast_query_interval 12500
//         mcast_query_response_interval 1000 mcast_startup_query_interval 3124 mcast_stats_enabled 0
//         mcast_igmp_version 2 mcast_mld_version 1 nf_call_iptables 1 nf_call_ip6tables 0 nf_call_arptables 0
//         addrgenmode eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 tso_max_size 65536
//         tso_max_segs 65535 gro_max_size 65536
const Bytes kListed =
    hex("c4 01 00 00 "                              // length
        "10 00 00 00 "                              // RTM_NEWLINK
        "00 00 00 00 00 00 00 00 "                  // sequence, port
        "00 00 01 00 "                              // ifi_family AF_UNSPEC, ifi_type 1
        "02 00 00 00 "                              // ifi_index 2
        "02 10 00 00 "                              // ifi_flags 0x1002
        "00 00 00 00 "                              // ifi_change 0x0
        "08 00 03 00 62 72 30 00 "                  // IFLA_IFNAME "br0"
        "9c 01 12 00 "                              // IFLA_LINKINFO
        "  0b 00 01 00 62 72 69 64 67 65 00 00 "    // IFLA_INFO_KIND "bridge"
        "  8c 01 02 00 "                            // IFLA_INFO_DATA
        "    0c 00 10 00 00 00 00 00 00 00 00 00 "  // IFLA_BR_HELLO_TIMER 0
        "    0c 00 11 00 00 00 00 00 00 00 00 00 "  // IFLA_BR_TCN_TIMER 0
        "    0c 00 12 00 00 00 00 00 00 00 00 00 "  // IFLA_BR_TOPOLOGY_CHANGE_TIMER 0
        "    0c 00 13 00 2d 75 00 00 00 00 00 00 "  // IFLA_BR_GC_TIMER 29997
        "    08 00 01 00 c8 00 00 00 "              // IFLA_BR_FORWARD_DELAY 200
        "    08 00 02 00 c8 00 00 00 "              // IFLA_BR_HELLO_TIME 200
        "    08 00 03 00 d0 07 00 00 "              // IFLA_BR_MAX_AGE 2000
        "    08 00 04 00 30 75 00 00 "              // IFLA_BR_AGEING_TIME 30000
        "    08 00 05 00 00 00 00 00 "              // IFLA_BR_STP_STATE 0
        "    06 00 06 00 00 10 00 00 "              // IFLA_BR_PRIORITY 4096
        "    05 00 07 00 00 00 00 00 "              // IFLA_BR_VLAN_FILTERING 0
        "    06 00 09 00 08 00 00 00 "              // IFLA_BR_GROUP_FWD_MASK 8
        "    0c 00 0b 00 10 00 02 42 0a 00 00 01 "  // IFLA_BR_BRIDGE_ID 1000 02:42:0a:00:00:01
        "    0c 00 0a 00 10 00 02 42 0a 00 00 01 "  // IFLA_BR_ROOT_ID 1000 02:42:0a:00:00:01
        "    06 00 0c 00 00 00 00 00 "              // IFLA_BR_ROOT_PORT 0
        "    08 00 0d 00 00 00 00 00 "              // IFLA_BR_ROOT_PATH_COST 0
        "    05 00 0e 00 00 00 00 00 "              // IFLA_BR_TOPOLOGY_CHANGE 0
        "    05 00 0f 00 00 00 00 00 "              // IFLA_BR_TOPOLOGY_CHANGE_DETECTED 0
        "    0a 00 14 00 01 80 c2 00 00 04 00 00 "  // IFLA_BR_GROUP_ADDR 01:80:c2:00:00:04
        "    0c 00 2e 00 01 00 00 00 1f 00 00 00 "  // IFLA_BR_MULTI_BOOLOPT values 0x1, mask 0x1f
        "    08 00 30 00 00 00 00 00 "              // IFLA_BR_FDB_N_LEARNED 0
        "    08 00 31 00 00 00 00 00 "              // IFLA_BR_FDB_MAX_LEARNED 0
        "    05 00 16 00 01 00 00 00 "              // IFLA_BR_MCAST_ROUTER 1
        "    05 00 17 00 00 00 00 00 "              // IFLA_BR_MCAST_SNOOPING 0
        "    05 00 18 00 00 00 00 00 "              // IFLA_BR_MCAST_QUERY_USE_IFADDR 0
        "    05 00 19 00 00 00 00 00 "              // IFLA_BR_MCAST_QUERIER 0
        "    05 00 2a 00 00 00 00 00 "              // IFLA_BR_MCAST_STATS_ENABLED 0
        "    08 00 1a 00 10 00 00 00 "              // IFLA_BR_MCAST_HASH_ELASTICITY 16
        "    08 00 1b 00 00 10 00 00 "              // IFLA_BR_MCAST_HASH_MAX 4096
        "    08 00 1c 00 02 00 00 00 "              // IFLA_BR_MCAST_LAST_MEMBER_CNT 2
        "    08 00 1d 00 02 00 00 00 "              // IFLA_BR_MCAST_STARTUP_QUERY_CNT 2
        "    05 00 2b 00 02 00 00 00 "              // IFLA_BR_MCAST_IGMP_VERSION 2
        "    05 00 2c 00 01 00 00 00 "              // IFLA_BR_MCAST_MLD_VERSION 1
        "    0c 00 1e 00 64 00 00 00 00 00 00 00 "  // IFLA_BR_MCAST_LAST_MEMBER_INTVL 100
        "    0c 00 1f 00 90 65 00 00 00 00 00 00 "  // IFLA_BR_MCAST_MEMBERSHIP_INTVL 26000
        "    0c 00 20 00 9c 63 00 00 00 00 00 00 "  // IFLA_BR_MCAST_QUERIER_INTVL 25500
        "    0c 00 21 00 d4 30 00 00 00 00 00 00 "  // IFLA_BR_MCAST_QUERY_INTVL 12500
        "    0c 00 22 00 e8 03 00 00 00 00 00 00 "  // IFLA_BR_MCAST_QUERY_RESPONSE_INTVL 1000
        "    0c 00 23 00 34 0c 00 00 00 00 00 00 "  // IFLA_BR_MCAST_STARTUP_QUERY_INTVL 3124
        "    05 00 24 00 01 00 00 00 "              // IFLA_BR_NF_CALL_IPTABLES 1
        "    05 00 25 00 00 00 00 00 "              // IFLA_BR_NF_CALL_IP6TABLES 0
        "    05 00 26 00 00 00 00 00 "              // IFLA_BR_NF_CALL_ARPTABLES 0
    );

// This kernel refuses it: it was built without VLANs.
// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link add name br1 type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 5
//     vlan_stats_enabled 1 vlan_stats_per_port 1
const Bytes kCreateVlans =
    hex("64 00 00 00 "                            // length
        "10 00 05 06 "                            // RTM_NEWLINK, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 00 00 "                            // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                            // ifi_index 0
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "08 00 03 00 62 72 31 00 "                // IFLA_IFNAME "br1"
        "3c 00 12 80 "                            // IFLA_LINKINFO (nested)
        "  0b 00 01 00 62 72 69 64 67 65 00 00 "  // IFLA_INFO_KIND "bridge"
        "  2c 00 02 80 "                          // IFLA_INFO_DATA (nested)
        "    05 00 07 00 01 00 00 00 "            // IFLA_BR_VLAN_FILTERING 1
        "    06 00 08 00 88 a8 00 00 "            // IFLA_BR_VLAN_PROTOCOL 43144
        "    06 00 27 00 05 00 00 00 "            // IFLA_BR_VLAN_DEFAULT_PVID 5
        "    05 00 29 00 01 00 00 00 "            // IFLA_BR_VLAN_STATS_ENABLED 1
        "    05 00 2d 00 01 00 00 00 "            // IFLA_BR_VLAN_STATS_PER_PORT 1
    );

}  // namespace

TEST_CASE("bridge: creating one with options") {
  const Object noLinkLocalLearning{{"values", 1U << BR_BOOLOPT_NO_LL_LEARN}, {"mask", 1U << BR_BOOLOPT_NO_LL_LEARN}};
  checkEncodes(kCreate, Object{{"address", "02:42:0a:00:00:01"},
                               {"name", "br0"},
                               {"info", Object{{"kind", "bridge"},
                                               {"data", Object{{"stpState", 0},
                                                               {"forwardDelay", 200},
                                                               {"ageingTime", 30000},
                                                               {"priority", 4096},
                                                               {"multicastSnooping", 0},
                                                               {"groupForwardMask", 8},
                                                               {"nfCallIptables", 1},
                                                               {"multicastQuerierInterval", uint64_t{25500}},
                                                               {"groupAddress", "01:80:c2:00:00:04"},
                                                               {"fdbFlush", true},
                                                               {"booleanOptions", noLinkLocalLearning}}}}}});
}

TEST_CASE("bridge: creating one with VLANs") {
  checkEncodes(kCreateVlans, Object{{"name", "br1"},
                                    {"info", Object{{"kind", "bridge"},
                                                    {"data", Object{{"vlanFiltering", 1},
                                                                    {"vlanProtocol", ETH_P_8021AD},
                                                                    {"vlanDefaultPvid", 5},
                                                                    {"vlanStatsEnabled", 1},
                                                                    {"vlanStatsPerPort", 1}}}}}});
}

TEST_CASE("bridge: its options as the kernel lists them") {
  const auto interval = [](uint64_t hundredths) { return Value(hundredths); };
  const Object options{{"forwardDelay", 200},
                       {"helloTime", 200},
                       {"maxAge", 2000},
                       {"ageingTime", 30000},
                       {"stpState", 0},
                       {"priority", 4096},
                       {"vlanFiltering", 0},
                       {"groupForwardMask", 8},
                       {"bridgeId", "10:00:02:42:0a:00:00:01"},
                       {"rootId", "10:00:02:42:0a:00:00:01"},
                       {"rootPort", 0},
                       {"rootPathCost", 0},
                       {"topologyChange", 0},
                       {"topologyChangeDetected", 0},
                       {"groupAddress", "01:80:c2:00:00:04"},
                       {"booleanOptions", Object{{"values", 1U << BR_BOOLOPT_NO_LL_LEARN}, {"mask", 0x1f}}},
                       {"fdbLearned", 0},
                       {"fdbMaxLearned", 0},
                       {"multicastRouter", 1},
                       {"multicastSnooping", 0},
                       {"multicastQueryUseIfaddr", 0},
                       {"multicastQuerier", 0},
                       {"multicastStatsEnabled", 0},
                       {"multicastHashElasticity", 16},
                       {"multicastHashMax", 4096},
                       {"multicastLastMemberCount", 2},
                       {"multicastStartupQueryCount", 2},
                       {"multicastIgmpVersion", 2},
                       {"multicastMldVersion", 1},
                       {"multicastLastMemberInterval", interval(100)},
                       {"multicastMembershipInterval", interval(26000)},
                       {"multicastQuerierInterval", interval(25500)},
                       {"multicastQueryInterval", interval(12500)},
                       {"multicastQueryResponseInterval", interval(1000)},
                       {"multicastStartupQueryInterval", interval(3124)},
                       {"nfCallIptables", 1},
                       {"nfCallIp6tables", 0},
                       {"nfCallArptables", 0}};
  checkDecodes(kListed, Object{{"family", AF_UNSPEC},
                               {"type", ARPHRD_ETHER},
                               {"index", 2},
                               {"flags", IFF_BROADCAST | IFF_MULTICAST},
                               {"change", 0},
                               {"name", "br0"},
                               {"info", Object{{"kind", "bridge"}, {"data", options}}}});
}

}  // namespace netplumb::testing
