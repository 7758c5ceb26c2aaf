#include <linux/if.h>
#include <linux/rtnetlink.h>

#include <cstddef>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

// ifa_flags holds the lowest eight bits of IFA_FLAGS only: the attribute bears the name, here and in listings.
constexpr HeaderField kHeader[] = {
    {"family", Kind::u8, offsetof(ifaddrmsg, ifa_family)},
    {"prefixLength", Kind::u8, offsetof(ifaddrmsg, ifa_prefixlen)},
    {"scope", Kind::u8, offsetof(ifaddrmsg, ifa_scope)},  // RT_SCOPE_*
    {"index", Kind::u32, offsetof(ifaddrmsg, ifa_index)},
};

// Lifetimes in seconds (0xffffffff: for ever), times in hundredths of a second since boot.
constexpr HeaderField kCacheInfoMembers[] = {
    {"preferred", Kind::u32, offsetof(ifa_cacheinfo, ifa_prefered)},
    {"valid", Kind::u32, offsetof(ifa_cacheinfo, ifa_valid)},
    {"created", Kind::u32, offsetof(ifa_cacheinfo, cstamp)},
    {"updated", Kind::u32, offsetof(ifa_cacheinfo, tstamp)},
};
constexpr Schema kCacheInfo{
    .name = "address lifetimes", .headerSize = sizeof(ifa_cacheinfo), .header = kCacheInfoMembers};

constexpr Field kFields[] = {
    {IFA_ADDRESS, "address", Kind::ip},  // the prefix; on a point-to-point link the other end
    {IFA_LOCAL, "local", Kind::ip},      // the interface's own
    {IFA_LABEL, "label", Kind::string, nullptr, IFNAMSIZ - 1},
    {IFA_BROADCAST, "broadcast", Kind::ip},
    {IFA_ANYCAST, "anycast", Kind::ip},
    {IFA_CACHEINFO, "cacheInfo", Kind::record, &kCacheInfo},
    {IFA_FLAGS, "flags", Kind::u32},                // IFA_F_*
    {IFA_RT_PRIORITY, "routePriority", Kind::u32},  // metric of the prefix route
    {IFA_TARGET_NETNSID, "targetNetnsId", Kind::s32},
    {IFA_PROTO, "protocol", Kind::u8},  // IFAPROT_*
};

}  // namespace

constinit const Schema addressSchema{"address", sizeof(ifaddrmsg), kHeader, kFields};

}  // namespace netplumb
