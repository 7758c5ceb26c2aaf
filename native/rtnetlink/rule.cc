#include <linux/fib_rules.h>
#include <linux/if.h>

#include <cstddef>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

// The header's table holds eight bits of FRA_TABLE only: the attribute bears the name, here and in listings.
constexpr HeaderField kHeader[] = {
    {"family", Kind::u8, offsetof(fib_rule_hdr, family)},     {"dstLength", Kind::u8, offsetof(fib_rule_hdr, dst_len)},
    {"srcLength", Kind::u8, offsetof(fib_rule_hdr, src_len)}, {"tos", Kind::u8, offsetof(fib_rule_hdr, tos)},
    {"action", Kind::u8, offsetof(fib_rule_hdr, action)},  // FR_ACT_*
    {"flags", Kind::u32, offsetof(fib_rule_hdr, flags)},   // FIB_RULE_*
};

constexpr HeaderField kUidRangeMembers[] = {
    {"start", Kind::u32, offsetof(fib_rule_uid_range, start)},
    {"end", Kind::u32, offsetof(fib_rule_uid_range, end)},
};
constexpr Schema kUidRange{
    .name = "range of users", .headerSize = sizeof(fib_rule_uid_range), .header = kUidRangeMembers};

constexpr HeaderField kPortRangeMembers[] = {
    {"start", Kind::u16, offsetof(fib_rule_port_range, start)},
    {"end", Kind::u16, offsetof(fib_rule_port_range, end)},
};
constexpr Schema kPortRange{
    .name = "range of ports", .headerSize = sizeof(fib_rule_port_range), .header = kPortRangeMembers};

constexpr uint32_t kLongestName = IFNAMSIZ - 1;

constexpr Field kFields[] = {
    {FRA_DST, "dst", Kind::ip},
    {FRA_SRC, "src", Kind::ip},
    {FRA_IIFNAME, "iifName", Kind::string, nullptr, kLongestName},
    {FRA_GOTO, "goto", Kind::u32},  // priority of the rule to jump to
    {FRA_PRIORITY, "priority", Kind::u32},
    {FRA_FWMARK, "fwmark", Kind::u32},
    {FRA_FLOW, "realms", Kind::u32},
    {FRA_TUN_ID, "tunId", Kind::be64},
    // -1: nothing is suppressed, which listings say of every rule.
    {FRA_SUPPRESS_IFGROUP, "suppressIfGroup", Kind::s32},
    {FRA_SUPPRESS_PREFIXLEN, "suppressPrefixLength", Kind::s32},
    {FRA_TABLE, "table", Kind::u32},
    {FRA_FWMASK, "fwmask", Kind::u32},
    {FRA_OIFNAME, "oifName", Kind::string, nullptr, kLongestName},
    {FRA_L3MDEV, "l3mdev", Kind::u8},
    {FRA_UID_RANGE, "uidRange", Kind::record, &kUidRange},
    {FRA_PROTOCOL, "protocol", Kind::u8},  // RTPROT_*
    {FRA_IP_PROTO, "ipProto", Kind::u8},
    {FRA_SPORT_RANGE, "sportRange", Kind::record, &kPortRange},
    {FRA_DPORT_RANGE, "dportRange", Kind::record, &kPortRange},
};

}  // namespace

constinit const Schema ruleSchema{"rule", sizeof(fib_rule_hdr), kHeader, kFields};

}  // namespace netplumb
