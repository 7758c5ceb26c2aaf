#include <linux/if_link.h>

#include <cstddef>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

constexpr uint16_t kLocalBypass = 31;  // IFLA_VXLAN_LOCALBYPASS, Linux 6.5, newer than the oldest headers

constexpr uint32_t kLargestId = (1U << 24) - 1;  // VXLAN_N_VID - 1
constexpr uint32_t kIpv4 = 4;
constexpr uint32_t kIpv6 = 16;

constexpr HeaderField kPortRangeMembers[] = {
    {"low", Kind::be16, offsetof(ifla_vxlan_port_range, low)},
    {"high", Kind::be16, offsetof(ifla_vxlan_port_range, high)},
};
constexpr Schema kPortRange{
    .name = "vxlan source ports", .headerSize = sizeof(ifla_vxlan_port_range), .header = kPortRangeMembers};

// Switches are 0 or 1, unless they are flags, which cannot be switched off again.
constexpr Field kFields[] = {
    {IFLA_VXLAN_ID, "id", Kind::u32, nullptr, kLargestId},
    {IFLA_VXLAN_GROUP, "group", Kind::ip, nullptr, kIpv4},  // multicast group or remote end
    {IFLA_VXLAN_LINK, "link", Kind::u32},                   // interface index
    {IFLA_VXLAN_LOCAL, "local", Kind::ip, nullptr, kIpv4},
    {IFLA_VXLAN_TTL, "ttl", Kind::u8},
    {IFLA_VXLAN_TOS, "tos", Kind::u8},
    {IFLA_VXLAN_LEARNING, "learning", Kind::u8},
    {IFLA_VXLAN_AGEING, "ageing", Kind::u32},  // seconds
    {IFLA_VXLAN_LIMIT, "limit", Kind::u32},
    {IFLA_VXLAN_PORT_RANGE, "portRange", Kind::record, &kPortRange},
    {IFLA_VXLAN_PROXY, "proxy", Kind::u8},
    {IFLA_VXLAN_RSC, "rsc", Kind::u8},
    {IFLA_VXLAN_L2MISS, "l2miss", Kind::u8},
    {IFLA_VXLAN_L3MISS, "l3miss", Kind::u8},
    {IFLA_VXLAN_PORT, "port", Kind::be16},  // destination
    {IFLA_VXLAN_GROUP6, "group6", Kind::ip, nullptr, kIpv6},
    {IFLA_VXLAN_LOCAL6, "local6", Kind::ip, nullptr, kIpv6},
    {IFLA_VXLAN_UDP_CSUM, "udpCsum", Kind::u8},
    {IFLA_VXLAN_UDP_ZERO_CSUM6_TX, "udpZeroCsum6Tx", Kind::u8},
    {IFLA_VXLAN_UDP_ZERO_CSUM6_RX, "udpZeroCsum6Rx", Kind::u8},
    {IFLA_VXLAN_REMCSUM_TX, "remCsumTx", Kind::u8},
    {IFLA_VXLAN_REMCSUM_RX, "remCsumRx", Kind::u8},
    {IFLA_VXLAN_GBP, "gbp", Kind::flag},
    {IFLA_VXLAN_REMCSUM_NOPARTIAL, "remCsumNoPartial", Kind::flag},
    {IFLA_VXLAN_COLLECT_METADATA, "collectMetadata", Kind::u8},
    {IFLA_VXLAN_LABEL, "label", Kind::be32},
    {IFLA_VXLAN_GPE, "gpe", Kind::flag},
    {IFLA_VXLAN_TTL_INHERIT, "ttlInherit", Kind::flag},
    {IFLA_VXLAN_DF, "df", Kind::u8},  // VXLAN_DF_*
    {IFLA_VXLAN_VNIFILTER, "vniFilter", Kind::u8},
    {kLocalBypass, "localBypass", Kind::u8},
};

}  // namespace

constinit const Schema vxlanSchema{.name = "vxlan", .fields = kFields};

}  // namespace netplumb
