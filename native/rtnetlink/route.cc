#include <linux/rtnetlink.h>

#include <cstddef>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

// rtm_table holds eight bits of RTA_TABLE only: the attribute bears the name, here and in listings.
constexpr HeaderField kHeader[] = {
    {"family", Kind::u8, offsetof(rtmsg, rtm_family)},     {"dstLength", Kind::u8, offsetof(rtmsg, rtm_dst_len)},
    {"srcLength", Kind::u8, offsetof(rtmsg, rtm_src_len)}, {"tos", Kind::u8, offsetof(rtmsg, rtm_tos)},
    {"protocol", Kind::u8, offsetof(rtmsg, rtm_protocol)},  // RTPROT_*
    {"scope", Kind::u8, offsetof(rtmsg, rtm_scope)},        // RT_SCOPE_*
    {"type", Kind::u8, offsetof(rtmsg, rtm_type)},          // RTN_*
    {"flags", Kind::u32, offsetof(rtmsg, rtm_flags)},       // RTNH_F_*, RTM_F_*
};

constexpr Field kMetricFields[] = {
    {RTAX_LOCK, "lock", Kind::u32},  // bit n: metric n may not be adjusted
    {RTAX_MTU, "mtu", Kind::u32},
    {RTAX_WINDOW, "window", Kind::u32},
    {RTAX_RTT, "rtt", Kind::u32},        // eighths of a millisecond
    {RTAX_RTTVAR, "rttVar", Kind::u32},  // quarters of a millisecond
    {RTAX_SSTHRESH, "ssThresh", Kind::u32},
    {RTAX_CWND, "cwnd", Kind::u32},
    {RTAX_ADVMSS, "advMss", Kind::u32},
    {RTAX_REORDERING, "reordering", Kind::u32},
    {RTAX_HOPLIMIT, "hopLimit", Kind::u32},
    {RTAX_INITCWND, "initCwnd", Kind::u32},
    {RTAX_FEATURES, "features", Kind::u32},  // RTAX_FEATURE_*
    {RTAX_RTO_MIN, "rtoMin", Kind::u32},     // milliseconds
    {RTAX_INITRWND, "initRwnd", Kind::u32},
    {RTAX_QUICKACK, "quickAck", Kind::u32},
    {RTAX_CC_ALGO, "ccAlgo", Kind::string, nullptr, 15},  // TCP_CA_NAME_MAX - 1
    {RTAX_FASTOPEN_NO_COOKIE, "fastOpenNoCookie", Kind::u32},
};
constexpr Schema kMetrics{.name = "route metrics", .fields = kMetricFields};

constexpr HeaderField kHopHeader[] = {
    {"flags", Kind::u8, offsetof(rtnexthop, rtnh_flags)},  // RTNH_F_*
    {"weight", Kind::u8, offsetof(rtnexthop, rtnh_hops)},  // less one
    {"index", Kind::s32, offsetof(rtnexthop, rtnh_ifindex)},
};
constexpr Field kHopFields[] = {
    {RTA_GATEWAY, "gateway", Kind::ip},
    {RTA_VIA, "via", Kind::via},
    {RTA_FLOW, "realms", Kind::u32},
};
constexpr Schema kHop{"route hop", sizeof(rtnexthop), kHopHeader, kHopFields};

constexpr HeaderField kCacheInfoMembers[] = {
    {"clientReferences", Kind::u32, offsetof(rta_cacheinfo, rta_clntref)},
    {"lastUse", Kind::u32, offsetof(rta_cacheinfo, rta_lastuse)},  // hundredths of a second
    {"expires", Kind::s32, offsetof(rta_cacheinfo, rta_expires)},  // hundredths of a second
    {"error", Kind::u32, offsetof(rta_cacheinfo, rta_error)},
    {"used", Kind::u32, offsetof(rta_cacheinfo, rta_used)},
};
constexpr Schema kCacheInfo{.name = "route usage", .headerSize = sizeof(rta_cacheinfo), .header = kCacheInfoMembers};

constexpr Field kFields[] = {
    {RTA_DST, "dst", Kind::ip},
    {RTA_SRC, "src", Kind::ip},
    {RTA_IIF, "iif", Kind::u32},  // interface index
    {RTA_OIF, "oif", Kind::u32},  // interface index
    {RTA_GATEWAY, "gateway", Kind::ip},
    {RTA_PRIORITY, "priority", Kind::u32},  // "metric" of ip route
    {RTA_PREFSRC, "prefSource", Kind::ip},
    {RTA_METRICS, "metrics", Kind::nest, &kMetrics},
    {RTA_MULTIPATH, "multipath", Kind::hops, &kHop},
    {RTA_FLOW, "realms", Kind::u32},
    {RTA_CACHEINFO, "cacheInfo", Kind::record, &kCacheInfo},
    {RTA_TABLE, "table", Kind::u32},
    {RTA_MARK, "mark", Kind::u32},
    {RTA_VIA, "via", Kind::via},   // a gateway of the other family
    {RTA_PREF, "pref", Kind::u8},  // ICMPV6_ROUTER_PREF_*
    {RTA_UID, "uid", Kind::u32},
    {RTA_IP_PROTO, "ipProto", Kind::u8},
    {RTA_SPORT, "sport", Kind::be16},
    {RTA_DPORT, "dport", Kind::be16},
    {RTA_NH_ID, "nhId", Kind::u32},
};

}  // namespace

constinit const Schema routeSchema{"route", sizeof(rtmsg), kHeader, kFields};

}  // namespace netplumb
