#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_bridge.h>
#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ bridge link set dev web-h hairpin on isolated on master
const Bytes kSet =
    hex("40 00 00 00 "                // length
        "13 00 05 00 "                // RTM_SETLINK, request, ack
        "00 00 00 00 00 00 00 00 "    // sequence, port
        "07 00 00 00 "                // ifi_family AF_BRIDGE, ifi_type 0
        "04 00 00 00 "                // ifi_index 4
        "00 00 00 00 "                // ifi_flags 0x0
        "00 00 00 00 "                // ifi_change 0x0
        "14 00 0c 80 "                // IFLA_PROTINFO (nested)
        "  05 00 04 00 01 00 00 00 "  // IFLA_BRPORT_MODE 1
        "  05 00 21 00 01 00 00 00 "  // IFLA_BRPORT_ISOLATED 1
        "0c 00 1a 80 "                // IFLA_AF_SPEC (nested)
        "  06 00 00 00 01 00 00 00 "  // IFLA_BRIDGE_FLAGS 1
    );

// As ip sends it, but for NLA_F_NESTED and a better name: ip says IFLA_INFO_KIND "bridge_slave", and the kernel ignores
// it. $ ip link set dev web-h type bridge_slave learning off neigh_suppress on fdb_flush
const Bytes kSetSlave =
    hex("48 00 00 00 "                            // length
        "10 00 05 00 "                            // RTM_NEWLINK, request, ack
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 00 00 "                            // ifi_family AF_UNSPEC, ifi_type 0
        "04 00 00 00 "                            // ifi_index 4
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "28 00 12 80 "                            // IFLA_LINKINFO (nested)
        "  0b 00 04 00 62 72 69 64 67 65 00 00 "  // IFLA_INFO_SLAVE_KIND "bridge"
        "  18 00 05 80 "                          // IFLA_INFO_SLAVE_DATA (nested)
        "    05 00 08 00 00 00 00 00 "            // IFLA_BRPORT_LEARNING 0
        "    05 00 20 00 01 00 00 00 "            // IFLA_BRPORT_NEIGH_SUPPRESS 1
        "    04 00 18 00 "                        // IFLA_BRPORT_FLUSH
    );

// $ bridge link set dev web-h backup_port eth1
const Bytes kSetBackup =
    hex("2c 00 00 00 "                // length
        "13 00 05 00 "                // RTM_SETLINK, request, ack
        "00 00 00 00 00 00 00 00 "    // sequence, port
        "07 00 00 00 "                // ifi_family AF_BRIDGE, ifi_type 0
        "04 00 00 00 "                // ifi_index 4
        "00 00 00 00 "                // ifi_flags 0x0
        "00 00 00 00 "                // ifi_change 0x0
        "0c 00 0c 80 "                // IFLA_PROTINFO (nested)
        "  08 00 22 00 06 00 00 00 "  // IFLA_BRPORT_BACKUP_PORT 6
    );

// $ bridge -d link show dev web-h
// 4: web-h@eth0: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 master br0 state disabled priority 32 cost 2
//     hairpin on guard off root_block off fastleave off learning off flood on mcast_flood on bcast_flood on
//         mcast_router 1 mcast_to_unicast off neigh_suppress on vlan_tunnel off isolated on locked off
const Bytes kListed =
    hex("a8 01 00 00 "                            // length
        "10 00 02 00 "                            // RTM_NEWLINK, multi
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "07 00 01 00 "                            // ifi_family AF_BRIDGE, ifi_type 1
        "04 00 00 00 "                            // ifi_index 4
        "02 10 00 00 "                            // ifi_flags 0x1002
        "00 00 00 00 "                            // ifi_change 0x0
        "0a 00 03 00 77 65 62 2d 68 00 00 00 "    // IFLA_IFNAME "web-h"
        "08 00 0a 00 02 00 00 00 "                // IFLA_MASTER 2
        "08 00 04 00 dc 05 00 00 "                // IFLA_MTU 1500
        "05 00 10 00 02 00 00 00 "                // IFLA_OPERSTATE 2
        "0a 00 01 00 02 42 0a 00 00 05 00 00 "    // IFLA_ADDRESS 02:42:0a:00:00:05
        "08 00 05 00 03 00 00 00 "                // IFLA_LINK 3
        "50 01 0c 80 "                            // IFLA_PROTINFO (nested)
        "  05 00 01 00 00 00 00 00 "              // IFLA_BRPORT_STATE 0
        "  06 00 02 00 20 00 00 00 "              // IFLA_BRPORT_PRIORITY 32
        "  08 00 03 00 02 00 00 00 "              // IFLA_BRPORT_COST 2
        "  05 00 04 00 01 00 00 00 "              // IFLA_BRPORT_MODE 1
        "  05 00 05 00 00 00 00 00 "              // IFLA_BRPORT_GUARD 0
        "  05 00 06 00 00 00 00 00 "              // IFLA_BRPORT_PROTECT 0
        "  05 00 07 00 00 00 00 00 "              // IFLA_BRPORT_FAST_LEAVE 0
        "  05 00 1c 00 00 00 00 00 "              // IFLA_BRPORT_MCAST_TO_UCAST 0
        "  05 00 08 00 00 00 00 00 "              // IFLA_BRPORT_LEARNING 0
        "  05 00 09 00 01 00 00 00 "              // IFLA_BRPORT_UNICAST_FLOOD 1
        "  05 00 1b 00 01 00 00 00 "              // IFLA_BRPORT_MCAST_FLOOD 1
        "  05 00 1e 00 01 00 00 00 "              // IFLA_BRPORT_BCAST_FLOOD 1
        "  05 00 0a 00 00 00 00 00 "              // IFLA_BRPORT_PROXYARP 0
        "  05 00 0c 00 00 00 00 00 "              // IFLA_BRPORT_PROXYARP_WIFI 0
        "  0c 00 0d 00 80 00 02 42 0a 00 00 01 "  // IFLA_BRPORT_ROOT_ID 8000 02:42:0a:00:00:01
        "  0c 00 0e 00 80 00 02 42 0a 00 00 01 "  // IFLA_BRPORT_BRIDGE_ID 8000 02:42:0a:00:00:01
        "  06 00 0f 00 01 80 00 00 "              // IFLA_BRPORT_DESIGNATED_PORT 32769
        "  06 00 10 00 00 00 00 00 "              // IFLA_BRPORT_DESIGNATED_COST 0
        "  06 00 11 00 01 80 00 00 "              // IFLA_BRPORT_ID 32769
        "  06 00 12 00 01 00 00 00 "              // IFLA_BRPORT_NO 1
        "  05 00 13 00 00 00 00 00 "              // IFLA_BRPORT_TOPOLOGY_CHANGE_ACK 0
        "  05 00 14 00 00 00 00 00 "              // IFLA_BRPORT_CONFIG_PENDING 0
        "  05 00 1d 00 00 00 00 00 "              // IFLA_BRPORT_VLAN_TUNNEL 0
        "  06 00 1f 00 00 00 00 00 "              // IFLA_BRPORT_GROUP_FWD_MASK 0
        "  05 00 20 00 01 00 00 00 "              // IFLA_BRPORT_NEIGH_SUPPRESS 1
        "  05 00 23 00 00 00 00 00 "              // IFLA_BRPORT_MRP_RING_OPEN 0
        "  05 00 24 00 00 00 00 00 "              // IFLA_BRPORT_MRP_IN_OPEN 0
        "  05 00 21 00 01 00 00 00 "              // IFLA_BRPORT_ISOLATED 1
        "  05 00 27 00 00 00 00 00 "              // IFLA_BRPORT_LOCKED 0
        "  05 00 28 00 00 00 00 00 "              // IFLA_BRPORT_MAB 0
        "  05 00 2b 00 00 00 00 00 "              // IFLA_BRPORT_NEIGH_VLAN_SUPPRESS 0
        "  0c 00 15 00 00 00 00 00 00 00 00 00 "  // IFLA_BRPORT_MESSAGE_AGE_TIMER 0
        "  0c 00 16 00 00 00 00 00 00 00 00 00 "  // IFLA_BRPORT_FORWARD_DELAY_TIMER 0
        "  0c 00 17 00 00 00 00 00 00 00 00 00 "  // IFLA_BRPORT_HOLD_TIMER 0
        "  05 00 19 00 01 00 00 00 "              // IFLA_BRPORT_MULTICAST_ROUTER 1
        "  08 00 25 00 00 02 00 00 "              // IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT 512
        "  08 00 26 00 00 00 00 00 "              // IFLA_BRPORT_MCAST_EHT_HOSTS_CNT 0
        "  08 00 29 00 00 00 00 00 "              // IFLA_BRPORT_MCAST_N_GROUPS 0
        "  08 00 2a 00 00 00 00 00 "              // IFLA_BRPORT_MCAST_MAX_GROUPS 0
    );

// All other attributes are left out.
// $ ip -d link show dev web-h
// 4: web-h@eth0: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop master br0 state DOWN mode DEFAULT group default
//         qlen 1000
//     link/ether 02:42:0a:00:00:05 brd ff:ff:ff:ff:ff:ff promiscuity 1  allmulti 1 minmtu 68 maxmtu 65535
//     veth
//     bridge_slave state disabled priority 32 cost 2 hairpin on guard off root_block off fastleave off learning off
//         flood on port_id 0x8001 port_no 0x1 designated_port 32769 designated_cost 0 designated_bridge
//         8000.2:42:a:0:0:1 designated_root 8000.2:42:a:0:0:1 hold_timer    0.00 message_age_timer    0.00
//         forward_delay_timer    0.00 topology_change_ack 0 config_pending 0 proxy_arp off proxy_arp_wifi off
//         mcast_router 1 mcast_fast_leave off mcast_flood on bcast_flood on mcast_to_unicast off neigh_suppress on
//         group_fwd_mask 0 group_fwd_mask_str 0x0 vlan_tunnel off isolated on locked off addrgenmode eui64 numtxqueues
//         2 numrxqueues 2 gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 gro_max_size
//         65536
const Bytes kListedSlave =
    hex("98 01 00 00 "                              // length
        "10 00 00 00 "                              // RTM_NEWLINK
        "00 00 00 00 00 00 00 00 "                  // sequence, port
        "00 00 01 00 "                              // ifi_family AF_UNSPEC, ifi_type 1
        "04 00 00 00 "                              // ifi_index 4
        "02 10 00 00 "                              // ifi_flags 0x1002
        "00 00 00 00 "                              // ifi_change 0x0
        "0a 00 03 00 77 65 62 2d 68 00 00 00 "      // IFLA_IFNAME "web-h"
        "6c 01 12 00 "                              // IFLA_LINKINFO
        "  09 00 01 00 76 65 74 68 00 00 00 00 "    // IFLA_INFO_KIND "veth"
        "  0b 00 04 00 62 72 69 64 67 65 00 00 "    // IFLA_INFO_SLAVE_KIND "bridge"
        "  50 01 05 00 "                            // IFLA_INFO_SLAVE_DATA
        "    05 00 01 00 00 00 00 00 "              // IFLA_BRPORT_STATE 0
        "    06 00 02 00 20 00 00 00 "              // IFLA_BRPORT_PRIORITY 32
        "    08 00 03 00 02 00 00 00 "              // IFLA_BRPORT_COST 2
        "    05 00 04 00 01 00 00 00 "              // IFLA_BRPORT_MODE 1
        "    05 00 05 00 00 00 00 00 "              // IFLA_BRPORT_GUARD 0
        "    05 00 06 00 00 00 00 00 "              // IFLA_BRPORT_PROTECT 0
        "    05 00 07 00 00 00 00 00 "              // IFLA_BRPORT_FAST_LEAVE 0
        "    05 00 1c 00 00 00 00 00 "              // IFLA_BRPORT_MCAST_TO_UCAST 0
        "    05 00 08 00 00 00 00 00 "              // IFLA_BRPORT_LEARNING 0
        "    05 00 09 00 01 00 00 00 "              // IFLA_BRPORT_UNICAST_FLOOD 1
        "    05 00 1b 00 01 00 00 00 "              // IFLA_BRPORT_MCAST_FLOOD 1
        "    05 00 1e 00 01 00 00 00 "              // IFLA_BRPORT_BCAST_FLOOD 1
        "    05 00 0a 00 00 00 00 00 "              // IFLA_BRPORT_PROXYARP 0
        "    05 00 0c 00 00 00 00 00 "              // IFLA_BRPORT_PROXYARP_WIFI 0
        "    0c 00 0d 00 80 00 02 42 0a 00 00 01 "  // IFLA_BRPORT_ROOT_ID 8000 02:42:0a:00:00:01
        "    0c 00 0e 00 80 00 02 42 0a 00 00 01 "  // IFLA_BRPORT_BRIDGE_ID 8000 02:42:0a:00:00:01
        "    06 00 0f 00 01 80 00 00 "              // IFLA_BRPORT_DESIGNATED_PORT 32769
        "    06 00 10 00 00 00 00 00 "              // IFLA_BRPORT_DESIGNATED_COST 0
        "    06 00 11 00 01 80 00 00 "              // IFLA_BRPORT_ID 32769
        "    06 00 12 00 01 00 00 00 "              // IFLA_BRPORT_NO 1
        "    05 00 13 00 00 00 00 00 "              // IFLA_BRPORT_TOPOLOGY_CHANGE_ACK 0
        "    05 00 14 00 00 00 00 00 "              // IFLA_BRPORT_CONFIG_PENDING 0
        "    05 00 1d 00 00 00 00 00 "              // IFLA_BRPORT_VLAN_TUNNEL 0
        "    06 00 1f 00 00 00 00 00 "              // IFLA_BRPORT_GROUP_FWD_MASK 0
        "    05 00 20 00 01 00 00 00 "              // IFLA_BRPORT_NEIGH_SUPPRESS 1
        "    05 00 23 00 00 00 00 00 "              // IFLA_BRPORT_MRP_RING_OPEN 0
        "    05 00 24 00 00 00 00 00 "              // IFLA_BRPORT_MRP_IN_OPEN 0
        "    05 00 21 00 01 00 00 00 "              // IFLA_BRPORT_ISOLATED 1
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
    );

// $ ip monitor link & ip link set dev web-h nomaster
// 4: web-h@eth0: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop master br0 state DOWN group default
//     link/ether 02:42:0a:00:00:05 brd ff:ff:ff:ff:ff:ff
// 4: web-h@eth0: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 master br0 state DOWN
//     link/ether 02:42:0a:00:00:05
// Deleted 4: web-h@eth0: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 master br0 state DOWN
//     link/ether 02:42:0a:00:00:05
// 4: web-h@eth0: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN group default
//     link/ether 02:42:0a:00:00:05 brd ff:ff:ff:ff:ff:ff
// 2: br0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default event FEATURE CHANGE
//     link/ether 02:42:0a:00:00:01 brd ff:ff:ff:ff:ff:ff
const Bytes kReleased =
    hex("58 00 00 00 "                          // length
        "11 00 00 00 "                          // RTM_DELLINK
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "07 00 01 00 "                          // ifi_family AF_BRIDGE, ifi_type 1
        "04 00 00 00 "                          // ifi_index 4
        "02 10 00 00 "                          // ifi_flags 0x1002
        "00 00 00 00 "                          // ifi_change 0x0
        "0a 00 03 00 77 65 62 2d 68 00 00 00 "  // IFLA_IFNAME "web-h"
        "08 00 0a 00 02 00 00 00 "              // IFLA_MASTER 2
        "08 00 04 00 dc 05 00 00 "              // IFLA_MTU 1500
        "05 00 10 00 02 00 00 00 "              // IFLA_OPERSTATE 2
        "0a 00 01 00 02 42 0a 00 00 05 00 00 "  // IFLA_ADDRESS 02:42:0a:00:00:05
        "08 00 05 00 03 00 00 00 "              // IFLA_LINK 3
    );

const Object kPort{{"state", 0},
                   {"priority", 32},
                   {"cost", 2},
                   {"hairpin", 1},
                   {"bpduGuard", 0},
                   {"rootBlock", 0},
                   {"fastLeave", 0},
                   {"multicastToUnicast", 0},
                   {"learning", 0},
                   {"unicastFlood", 1},
                   {"multicastFlood", 1},
                   {"broadcastFlood", 1},
                   {"proxyArp", 0},
                   {"proxyArpWifi", 0},
                   {"rootId", "80:00:02:42:0a:00:00:01"},
                   {"bridgeId", "80:00:02:42:0a:00:00:01"},
                   {"designatedPort", 0x8001},
                   {"designatedCost", 0},
                   {"id", 0x8001},
                   {"number", 1},
                   {"topologyChangeAck", 0},
                   {"configPending", 0},
                   {"vlanTunnel", 0},
                   {"groupForwardMask", 0},
                   {"neighbourSuppress", 1},
                   {"isolated", 1},
                   {"locked", 0},
                   {"macAuthenticationBypass", 0},
                   {"neighbourVlanSuppress", 0},
                   {"multicastRouter", 1},
                   {"multicastEhtHostsLimit", 512},
                   {"multicastEhtHostsCount", 0},
                   {"multicastGroups", 0},
                   {"multicastMaxGroups", 0}};

}  // namespace

TEST_CASE("bridge port: settings, by way of the bridge") {
  checkEncodes(kSet, Object{{"family", AF_BRIDGE},
                            {"index", 4},
                            {"protocolInfo", Object{{"hairpin", 1}, {"isolated", 1}}},
                            {"afSpec", Object{{"flags", BRIDGE_FLAGS_MASTER}}}});
}

TEST_CASE("bridge port: another to take its place when its carrier goes") {
  checkEncodes(kSetBackup, Object{{"family", AF_BRIDGE}, {"index", 4}, {"protocolInfo", Object{{"backupPort", 6}}}});
}

TEST_CASE("bridge port: settings, by way of the link") {
  checkEncodes(
      kSetSlave,
      Object{{"index", 4},
             {"info", Object{{"slaveKind", "bridge"},
                             {"slaveData", Object{{"learning", 0}, {"neighbourSuppress", 1}, {"flush", true}}}}}});
}

TEST_CASE("bridge port: as the bridge lists it") {
  checkDecodes(kListed, Object{{"family", AF_BRIDGE},
                               {"type", ARPHRD_ETHER},
                               {"index", 4},
                               {"flags", IFF_BROADCAST | IFF_MULTICAST},
                               {"change", 0},
                               {"name", "web-h"},
                               {"master", 2},
                               {"mtu", 1500},
                               {"operState", IF_OPER_DOWN},
                               {"address", "02:42:0a:00:00:05"},
                               {"link", 3},
                               {"protocolInfo", kPort}});
}

TEST_CASE("bridge port: as the link lists it") {
  checkDecodes(kListedSlave, Object{{"family", AF_UNSPEC},
                                    {"type", ARPHRD_ETHER},
                                    {"index", 4},
                                    {"flags", IFF_BROADCAST | IFF_MULTICAST},
                                    {"change", 0},
                                    {"name", "web-h"},
                                    {"info", Object{{"kind", "veth"}, {"slaveKind", "bridge"}, {"slaveData", kPort}}}});
}

TEST_CASE("bridge port: the bridge numbers afSpec otherwise than everyone else") {
  // Put together by hand from br_fill_ifinfo in net/bridge/br_netlink.c: a kernel with VLANs ends its notifications so,
  // and IFLA_BRIDGE_VLAN_INFO has the number of AF_INET.
  const Bytes notification =
      hex("34 00 00 00 "                // length
          "10 00 00 00 "                // RTM_NEWLINK
          "00 00 00 00 00 00 00 00 "    // sequence, port
          "07 00 01 00 "                // ifi_family AF_BRIDGE, ifi_type 1
          "04 00 00 00 "                // ifi_index 4
          "02 10 00 00 "                // ifi_flags 0x1002
          "00 00 00 00 "                // ifi_change 0x0
          "14 00 1a 80 "                // IFLA_AF_SPEC (nested)
          "  06 00 00 00 01 00 00 00 "  // IFLA_BRIDGE_FLAGS 1
          "  08 00 02 00 06 00 01 00 "  // IFLA_BRIDGE_VLAN_INFO: PVID and untagged, VLAN 1
      );
  checkDecodes(notification, Object{{"family", AF_BRIDGE},
                                    {"type", ARPHRD_ETHER},
                                    {"index", 4},
                                    {"flags", IFF_BROADCAST | IFF_MULTICAST},
                                    {"change", 0},
                                    {"afSpec", Object{{"flags", BRIDGE_FLAGS_MASTER}}}});
}

TEST_CASE("bridge port: no longer one") {
  checkDecodes(kReleased, Object{{"family", AF_BRIDGE},
                                 {"type", ARPHRD_ETHER},
                                 {"index", 4},
                                 {"flags", IFF_BROADCAST | IFF_MULTICAST},
                                 {"change", 0},
                                 {"name", "web-h"},
                                 {"master", 2},
                                 {"mtu", 1500},
                                 {"operState", IF_OPER_DOWN},
                                 {"address", "02:42:0a:00:00:05"},
                                 {"link", 3}});
}

}  // namespace netplumb::testing
