#include <linux/if_link.h>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

// Newer than the oldest headers that we build with.
constexpr uint16_t kMab = 40;                // IFLA_BRPORT_MAB, Linux 6.2
constexpr uint16_t kMcastNGroups = 41;       // IFLA_BRPORT_MCAST_N_GROUPS, Linux 6.3
constexpr uint16_t kMcastMaxGroups = 42;     // IFLA_BRPORT_MCAST_MAX_GROUPS, Linux 6.3
constexpr uint16_t kNeighVlanSuppress = 43;  // IFLA_BRPORT_NEIGH_VLAN_SUPPRESS, Linux 6.4

// Switches are 0 or 1. An identifier (rootId, bridgeId) is two bytes of priority and a MAC address, written like an
// address of eight bytes.
constexpr Field kFields[] = {
    {IFLA_BRPORT_STATE, "state", Kind::u8},  // BR_STATE_*
    {IFLA_BRPORT_PRIORITY, "priority", Kind::u16},
    {IFLA_BRPORT_COST, "cost", Kind::u32},
    {IFLA_BRPORT_MODE, "hairpin", Kind::u8},
    {IFLA_BRPORT_GUARD, "bpduGuard", Kind::u8},
    {IFLA_BRPORT_PROTECT, "rootBlock", Kind::u8},
    {IFLA_BRPORT_FAST_LEAVE, "fastLeave", Kind::u8},
    {IFLA_BRPORT_LEARNING, "learning", Kind::u8},
    {IFLA_BRPORT_UNICAST_FLOOD, "unicastFlood", Kind::u8},
    {IFLA_BRPORT_PROXYARP, "proxyArp", Kind::u8},
    {IFLA_BRPORT_PROXYARP_WIFI, "proxyArpWifi", Kind::u8},
    {IFLA_BRPORT_ROOT_ID, "rootId", Kind::hardware},
    {IFLA_BRPORT_BRIDGE_ID, "bridgeId", Kind::hardware},
    {IFLA_BRPORT_DESIGNATED_PORT, "designatedPort", Kind::u16},
    {IFLA_BRPORT_DESIGNATED_COST, "designatedCost", Kind::u16},
    {IFLA_BRPORT_ID, "id", Kind::u16},
    {IFLA_BRPORT_NO, "number", Kind::u16},
    {IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, "topologyChangeAck", Kind::u8},
    {IFLA_BRPORT_CONFIG_PENDING, "configPending", Kind::u8},
    {IFLA_BRPORT_FLUSH, "flush", Kind::flag},
    {IFLA_BRPORT_MULTICAST_ROUTER, "multicastRouter", Kind::u8},
    {IFLA_BRPORT_MCAST_FLOOD, "multicastFlood", Kind::u8},
    {IFLA_BRPORT_MCAST_TO_UCAST, "multicastToUnicast", Kind::u8},
    {IFLA_BRPORT_VLAN_TUNNEL, "vlanTunnel", Kind::u8},
    {IFLA_BRPORT_BCAST_FLOOD, "broadcastFlood", Kind::u8},
    {IFLA_BRPORT_GROUP_FWD_MASK, "groupForwardMask", Kind::u16},
    {IFLA_BRPORT_NEIGH_SUPPRESS, "neighbourSuppress", Kind::u8},
    {IFLA_BRPORT_ISOLATED, "isolated", Kind::u8},
    {IFLA_BRPORT_BACKUP_PORT, "backupPort", Kind::u32},
    {IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT, "multicastEhtHostsLimit", Kind::u32},
    {IFLA_BRPORT_MCAST_EHT_HOSTS_CNT, "multicastEhtHostsCount", Kind::u32},
    {IFLA_BRPORT_LOCKED, "locked", Kind::u8},
    {kMab, "macAuthenticationBypass", Kind::u8},
    {kMcastNGroups, "multicastGroups", Kind::u32},
    {kMcastMaxGroups, "multicastMaxGroups", Kind::u32},
    {kNeighVlanSuppress, "neighbourVlanSuppress", Kind::u8},
};

}  // namespace

constinit const Schema bridgePortSchema{.name = "bridge port", .fields = kFields};

}  // namespace netplumb
