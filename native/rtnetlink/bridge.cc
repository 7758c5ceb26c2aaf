#include <linux/if_link.h>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

// Newer than the oldest headers that we build with.
constexpr uint16_t kFdbNLearned = 48;    // IFLA_BR_FDB_N_LEARNED, Linux 6.7
constexpr uint16_t kFdbMaxLearned = 49;  // IFLA_BR_FDB_MAX_LEARNED, Linux 6.7

constexpr HeaderField kBooleanOptionMembers[] = {
    {"values", Kind::u32, 0},  // bits numbered by enum br_boolopt_id
    {"mask", Kind::u32, 4},    // which of them to set
};
constexpr Schema kBooleanOptions{.name = "bridge options", .headerSize = 8, .header = kBooleanOptionMembers};

// Times and intervals are in hundredths of a second. Switches are 0 or 1. An identifier (rootId, bridgeId) is two bytes
// of priority and a MAC address, written like an address of eight bytes.
constexpr Field kFields[] = {
    {IFLA_BR_FORWARD_DELAY, "forwardDelay", Kind::u32},
    {IFLA_BR_HELLO_TIME, "helloTime", Kind::u32},
    {IFLA_BR_MAX_AGE, "maxAge", Kind::u32},
    {IFLA_BR_AGEING_TIME, "ageingTime", Kind::u32},
    {IFLA_BR_STP_STATE, "stpState", Kind::u32},
    {IFLA_BR_PRIORITY, "priority", Kind::u16},
    {IFLA_BR_VLAN_FILTERING, "vlanFiltering", Kind::u8},
    {IFLA_BR_VLAN_PROTOCOL, "vlanProtocol", Kind::be16},
    {IFLA_BR_GROUP_FWD_MASK, "groupForwardMask", Kind::u16},
    {IFLA_BR_ROOT_ID, "rootId", Kind::hardware},
    {IFLA_BR_BRIDGE_ID, "bridgeId", Kind::hardware},
    {IFLA_BR_ROOT_PORT, "rootPort", Kind::u16},
    {IFLA_BR_ROOT_PATH_COST, "rootPathCost", Kind::u32},
    {IFLA_BR_TOPOLOGY_CHANGE, "topologyChange", Kind::u8},
    {IFLA_BR_TOPOLOGY_CHANGE_DETECTED, "topologyChangeDetected", Kind::u8},
    {IFLA_BR_GROUP_ADDR, "groupAddress", Kind::hardware},
    {IFLA_BR_FDB_FLUSH, "fdbFlush", Kind::flag},
    {IFLA_BR_MCAST_ROUTER, "multicastRouter", Kind::u8},
    {IFLA_BR_MCAST_SNOOPING, "multicastSnooping", Kind::u8},
    {IFLA_BR_MCAST_QUERY_USE_IFADDR, "multicastQueryUseIfaddr", Kind::u8},
    {IFLA_BR_MCAST_QUERIER, "multicastQuerier", Kind::u8},
    {IFLA_BR_MCAST_HASH_ELASTICITY, "multicastHashElasticity", Kind::u32},
    {IFLA_BR_MCAST_HASH_MAX, "multicastHashMax", Kind::u32},
    {IFLA_BR_MCAST_LAST_MEMBER_CNT, "multicastLastMemberCount", Kind::u32},
    {IFLA_BR_MCAST_STARTUP_QUERY_CNT, "multicastStartupQueryCount", Kind::u32},
    {IFLA_BR_MCAST_LAST_MEMBER_INTVL, "multicastLastMemberInterval", Kind::u64},
    {IFLA_BR_MCAST_MEMBERSHIP_INTVL, "multicastMembershipInterval", Kind::u64},
    {IFLA_BR_MCAST_QUERIER_INTVL, "multicastQuerierInterval", Kind::u64},
    {IFLA_BR_MCAST_QUERY_INTVL, "multicastQueryInterval", Kind::u64},
    {IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, "multicastQueryResponseInterval", Kind::u64},
    {IFLA_BR_MCAST_STARTUP_QUERY_INTVL, "multicastStartupQueryInterval", Kind::u64},
    {IFLA_BR_NF_CALL_IPTABLES, "nfCallIptables", Kind::u8},
    {IFLA_BR_NF_CALL_IP6TABLES, "nfCallIp6tables", Kind::u8},
    {IFLA_BR_NF_CALL_ARPTABLES, "nfCallArptables", Kind::u8},
    {IFLA_BR_VLAN_DEFAULT_PVID, "vlanDefaultPvid", Kind::u16},
    {IFLA_BR_VLAN_STATS_ENABLED, "vlanStatsEnabled", Kind::u8},
    {IFLA_BR_MCAST_STATS_ENABLED, "multicastStatsEnabled", Kind::u8},
    {IFLA_BR_MCAST_IGMP_VERSION, "multicastIgmpVersion", Kind::u8},
    {IFLA_BR_MCAST_MLD_VERSION, "multicastMldVersion", Kind::u8},
    {IFLA_BR_VLAN_STATS_PER_PORT, "vlanStatsPerPort", Kind::u8},
    {IFLA_BR_MULTI_BOOLOPT, "booleanOptions", Kind::record, &kBooleanOptions},
    {kFdbNLearned, "fdbLearned", Kind::u32},
    {kFdbMaxLearned, "fdbMaxLearned", Kind::u32},
};

}  // namespace

constinit const Schema bridgeSchema{.name = "bridge", .fields = kFields};

}  // namespace netplumb
