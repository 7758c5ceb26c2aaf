#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <sys/socket.h>

#include <cstddef>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

// The sysctls of net.ipv4.conf.INTERFACE that matter to a container's link. One message sets any number of them at
// once, without the trips through /proc; the kernel takes the values as they are (inet_set_link_af in
// net/ipv4/devinet.c).
constexpr Field kInetConfFields[] = {
    {IPV4_DEVCONF_FORWARDING, "forwarding", Kind::s32},
    {IPV4_DEVCONF_PROXY_ARP, "proxyArp", Kind::s32},
    {IPV4_DEVCONF_ACCEPT_REDIRECTS, "acceptRedirects", Kind::s32},
    {IPV4_DEVCONF_SECURE_REDIRECTS, "secureRedirects", Kind::s32},
    {IPV4_DEVCONF_SEND_REDIRECTS, "sendRedirects", Kind::s32},
    {IPV4_DEVCONF_RP_FILTER, "rpFilter", Kind::s32},
    {IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE, "acceptSourceRoute", Kind::s32},
    {IPV4_DEVCONF_LOG_MARTIANS, "logMartians", Kind::s32},
    {IPV4_DEVCONF_ARPFILTER, "arpFilter", Kind::s32},
    {IPV4_DEVCONF_ARP_ANNOUNCE, "arpAnnounce", Kind::s32},
    {IPV4_DEVCONF_ARP_IGNORE, "arpIgnore", Kind::s32},
    {IPV4_DEVCONF_PROMOTE_SECONDARIES, "promoteSecondaries", Kind::s32},
    {IPV4_DEVCONF_ARP_ACCEPT, "arpAccept", Kind::s32},
    {IPV4_DEVCONF_ARP_NOTIFY, "arpNotify", Kind::s32},
    {IPV4_DEVCONF_ACCEPT_LOCAL, "acceptLocal", Kind::s32},
    {IPV4_DEVCONF_SRC_VMARK, "srcValidMark", Kind::s32},
    {IPV4_DEVCONF_PROXY_ARP_PVLAN, "proxyArpPvlan", Kind::s32},
    {IPV4_DEVCONF_ROUTE_LOCALNET, "routeLocalnet", Kind::s32},
};
constexpr Schema kInetConf{.name = "IPv4 configuration", .fields = kInetConfFields};

constexpr Field kInetFields[] = {{IFLA_INET_CONF, "conf", Kind::indexed, &kInetConf}};
constexpr Schema kInet{.name = "IPv4 link", .fields = kInetFields};

constexpr uint16_t at(int option) { return static_cast<uint16_t>(option * sizeof(int32_t)); }

// The sysctls of net.ipv6.conf.INTERFACE, as far as they matter; the kernel reports but does not take them.
constexpr HeaderField kInet6ConfMembers[] = {
    {"forwarding", Kind::s32, at(DEVCONF_FORWARDING)},
    {"acceptRa", Kind::s32, at(DEVCONF_ACCEPT_RA)},
    {"acceptRedirects", Kind::s32, at(DEVCONF_ACCEPT_REDIRECTS)},
    {"autoconf", Kind::s32, at(DEVCONF_AUTOCONF)},
    {"dadTransmits", Kind::s32, at(DEVCONF_DAD_TRANSMITS)},
    {"rtrSolicits", Kind::s32, at(DEVCONF_RTR_SOLICITS)},
    {"proxyNdp", Kind::s32, at(DEVCONF_PROXY_NDP)},
    {"acceptSourceRoute", Kind::s32, at(DEVCONF_ACCEPT_SOURCE_ROUTE)},
    {"disableIpv6", Kind::s32, at(DEVCONF_DISABLE_IPV6)},
    {"acceptDad", Kind::s32, at(DEVCONF_ACCEPT_DAD)},
};
constexpr Schema kInet6Conf{
    .name = "IPv6 configuration", .headerSize = at(DEVCONF_ACCEPT_DAD + 1), .header = kInet6ConfMembers};

constexpr HeaderField kInet6CacheInfoMembers[] = {
    {"maxReassembly", Kind::u32, offsetof(ifla_cacheinfo, max_reasm_len)},
    {"updated", Kind::u32, offsetof(ifla_cacheinfo, tstamp)},                // hundredths of a second since boot
    {"reachableTime", Kind::u32, offsetof(ifla_cacheinfo, reachable_time)},  // milliseconds
    {"retransmitTime", Kind::u32, offsetof(ifla_cacheinfo, retrans_time)},   // milliseconds
};
constexpr Schema kInet6CacheInfo{
    .name = "IPv6 times", .headerSize = sizeof(ifla_cacheinfo), .header = kInet6CacheInfoMembers};

constexpr uint32_t kIpv6 = 16;

constexpr Field kInet6Fields[] = {
    {IFLA_INET6_FLAGS, "flags", Kind::u32},
    {IFLA_INET6_CONF, "conf", Kind::record, &kInet6Conf},
    {IFLA_INET6_CACHEINFO, "cacheInfo", Kind::record, &kInet6CacheInfo},
    {IFLA_INET6_TOKEN, "token", Kind::ip, nullptr, kIpv6},
    {IFLA_INET6_ADDR_GEN_MODE, "addrGenMode", Kind::u8},  // IN6_ADDR_GEN_MODE_*; 1: no link-local address
    {IFLA_INET6_RA_MTU, "raMtu", Kind::u32},
};

constexpr Field kFields[] = {
    {AF_INET, "inet", Kind::nest, &kInet},
    {AF_INET6, "inet6", Kind::nest, &inet6LinkSchema},
};

constexpr Field kBridgeFields[] = {
    {IFLA_BRIDGE_FLAGS, "flags", Kind::u16},  // BRIDGE_FLAGS_MASTER: the bridge itself; BRIDGE_FLAGS_SELF: the device
    {IFLA_BRIDGE_MODE, "mode", Kind::u16},    // BRIDGE_MODE_*
};

}  // namespace

constinit const Schema inet6LinkSchema{.name = "IPv6 link", .fields = kInet6Fields};
constinit const Schema familySpecSchema{.name = "address family options", .fields = kFields};
constinit const Schema bridgeFamilySpecSchema{.name = "bridge family options", .fields = kBridgeFields};

}  // namespace netplumb
