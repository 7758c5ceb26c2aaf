#include <linux/icmpv6.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip route add default via 10.1.0.1 dev eth0 src 10.1.0.2 metric 100 table 1000 proto static mtu lock 1400
//     advmss 1360 congctl cubic
const Bytes kAddDefault =
    hex("6c 00 00 00 "                            // length
        "18 00 05 06 "                            // RTM_NEWROUTE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "02 00 00 00 "                            // rtm_family AF_INET, rtm_dst_len 0, rtm_src_len 0, rtm_tos 0
        "00 04 00 01 "                            // rtm_table 0, rtm_protocol 4, rtm_scope 0, rtm_type 1
        "00 00 00 00 "                            // rtm_flags 0x0
        "08 00 05 00 0a 01 00 01 "                // RTA_GATEWAY 10.1.0.1
        "08 00 07 00 0a 01 00 02 "                // RTA_PREFSRC 10.1.0.2
        "08 00 06 00 64 00 00 00 "                // RTA_PRIORITY 100
        "08 00 0f 00 e8 03 00 00 "                // RTA_TABLE 1000
        "08 00 04 00 03 00 00 00 "                // RTA_OIF 3
        "28 00 08 80 "                            // RTA_METRICS (nested)
        "  08 00 02 00 78 05 00 00 "              // RTAX_MTU 1400
        "  08 00 08 00 50 05 00 00 "              // RTAX_ADVMSS 1360
        "  0a 00 10 00 63 75 62 69 63 00 00 00 "  // RTAX_CC_ALGO "cubic"
        "  08 00 01 00 04 00 00 00 "              // RTAX_LOCK 4
    );

// $ ip route show table 1000
// default via 10.1.0.1 dev eth0 proto static src 10.1.0.2 metric 100 mtu lock 1400 advmss 1360 congctl cubic
const Bytes kListedDefault =
    hex("6c 00 00 00 "                            // length
        "18 00 22 00 "                            // RTM_NEWROUTE, multi, dump filtered
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "02 00 00 00 "                            // rtm_family AF_INET, rtm_dst_len 0, rtm_src_len 0, rtm_tos 0
        "fc 04 00 01 "                            // rtm_table 252, rtm_protocol 4, rtm_scope 0, rtm_type 1
        "00 00 00 00 "                            // rtm_flags 0x0
        "08 00 0f 00 e8 03 00 00 "                // RTA_TABLE 1000
        "08 00 06 00 64 00 00 00 "                // RTA_PRIORITY 100
        "28 00 08 00 "                            // RTA_METRICS
        "  08 00 01 00 04 00 00 00 "              // RTAX_LOCK 4
        "  08 00 02 00 78 05 00 00 "              // RTAX_MTU 1400
        "  08 00 08 00 50 05 00 00 "              // RTAX_ADVMSS 1360
        "  0a 00 10 00 63 75 62 69 63 00 00 00 "  // RTAX_CC_ALGO "cubic"
        "08 00 07 00 0a 01 00 02 "                // RTA_PREFSRC 10.1.0.2
        "08 00 05 00 0a 01 00 01 "                // RTA_GATEWAY 10.1.0.1
        "08 00 04 00 03 00 00 00 "                // RTA_OIF 3
    );

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip route add 10.2.0.0/16 table 1001 nexthop via 10.1.0.1 dev eth0 weight 3 nexthop via inet6 fd00::9 dev
//     eth0 weight 1 onlink
const Bytes kAddMultipath =
    hex("60 00 00 00 "                  // length
        "18 00 05 06 "                  // RTM_NEWROUTE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "      // sequence, port
        "02 10 00 00 "                  // rtm_family AF_INET, rtm_dst_len 16, rtm_src_len 0, rtm_tos 0
        "00 03 00 01 "                  // rtm_table 0, rtm_protocol 3, rtm_scope 0, rtm_type 1
        "00 00 00 00 "                  // rtm_flags 0x0
        "08 00 01 00 0a 02 00 00 "      // RTA_DST 10.2.0.0
        "08 00 0f 00 e9 03 00 00 "      // RTA_TABLE 1001
        "34 00 09 00 "                  // RTA_MULTIPATH
        "  10 00 00 02 03 00 00 00 "    // rtnh_len 16, rtnh_flags 0, rtnh_hops 2, rtnh_ifindex 3
        "    08 00 05 00 0a 01 00 01 "  // RTA_GATEWAY 10.1.0.1
        "  20 00 04 00 03 00 00 00 "    // rtnh_len 32, rtnh_flags 4, rtnh_hops 0, rtnh_ifindex 3
        "    16 00 12 00 0a 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 09 00 00 "  // RTA_VIA
    );

// $ ip route show table 1001
// 10.2.0.0/16
//         nexthop via 10.1.0.1 dev eth0 weight 3
//         nexthop via inet6 fd00::9 dev eth0 weight 1 onlink
const Bytes kListedMultipath =
    hex("60 00 00 00 "                  // length
        "18 00 22 00 "                  // RTM_NEWROUTE, multi, dump filtered
        "00 00 00 00 00 00 00 00 "      // sequence, port
        "02 10 00 00 "                  // rtm_family AF_INET, rtm_dst_len 16, rtm_src_len 0, rtm_tos 0
        "fc 03 00 01 "                  // rtm_table 252, rtm_protocol 3, rtm_scope 0, rtm_type 1
        "00 00 00 00 "                  // rtm_flags 0x0
        "08 00 0f 00 e9 03 00 00 "      // RTA_TABLE 1001
        "08 00 01 00 0a 02 00 00 "      // RTA_DST 10.2.0.0
        "34 00 09 00 "                  // RTA_MULTIPATH
        "  10 00 00 02 03 00 00 00 "    // rtnh_len 16, rtnh_flags 0, rtnh_hops 2, rtnh_ifindex 3
        "    08 00 05 00 0a 01 00 01 "  // RTA_GATEWAY 10.1.0.1
        "  20 00 04 00 03 00 00 00 "    // rtnh_len 32, rtnh_flags 4, rtnh_hops 0, rtnh_ifindex 3
        "    16 00 12 00 0a 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 09 00 00 "  // RTA_VIA
    );

// $ ip route add 192.0.2.0/24 via inet6 fd00::1 dev eth0 table 1002
const Bytes kAddVia =
    hex("4c 00 00 00 "              // length
        "18 00 05 06 "              // RTM_NEWROUTE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 18 00 00 "              // rtm_family AF_INET, rtm_dst_len 24, rtm_src_len 0, rtm_tos 0
        "00 03 00 01 "              // rtm_table 0, rtm_protocol 3, rtm_scope 0, rtm_type 1
        "00 00 00 00 "              // rtm_flags 0x0
        "08 00 01 00 c0 00 02 00 "  // RTA_DST 192.0.2.0
        "16 00 12 00 0a 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 "  // RTA_VIA
        "08 00 0f 00 ea 03 00 00 "                                                  // RTA_TABLE 1002
        "08 00 04 00 03 00 00 00 "                                                  // RTA_OIF 3
    );

// $ ip -6 route add fd01::/48 via fd00::1 dev eth0 pref high table 1003
const Bytes kAddIpv6 =
    hex("5c 00 00 00 "              // length
        "18 00 05 06 "              // RTM_NEWROUTE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "0a 30 00 00 "              // rtm_family AF_INET6, rtm_dst_len 48, rtm_src_len 0, rtm_tos 0
        "00 03 00 01 "              // rtm_table 0, rtm_protocol 3, rtm_scope 0, rtm_type 1
        "00 00 00 00 "              // rtm_flags 0x0
        "14 00 01 00 fd 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "  // RTA_DST fd01::
        "14 00 05 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 "  // RTA_GATEWAY fd00::1
        "05 00 14 00 01 00 00 00 "                                      // RTA_PREF 1
        "08 00 0f 00 eb 03 00 00 "                                      // RTA_TABLE 1003
        "08 00 04 00 03 00 00 00 "                                      // RTA_OIF 3
    );

// $ ip -6 route show table 1003
// fd01::/48 via fd00::1 dev eth0 metric 1024 pref high
const Bytes kListedIpv6 =
    hex("88 00 00 00 "              // length
        "18 00 22 00 "              // RTM_NEWROUTE, multi, dump filtered
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "0a 30 00 00 "              // rtm_family AF_INET6, rtm_dst_len 48, rtm_src_len 0, rtm_tos 0
        "fc 03 00 01 "              // rtm_table 252, rtm_protocol 3, rtm_scope 0, rtm_type 1
        "00 00 00 00 "              // rtm_flags 0x0
        "08 00 0f 00 eb 03 00 00 "  // RTA_TABLE 1003
        "14 00 01 00 fd 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "              // RTA_DST fd01::
        "08 00 06 00 00 04 00 00 "                                                  // RTA_PRIORITY 1024
        "14 00 05 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 "              // RTA_GATEWAY fd00::1
        "08 00 04 00 03 00 00 00 "                                                  // RTA_OIF 3
        "24 00 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "  // RTA_CACHEINFO 0 0 0 0 0 0 0 0
        "00 00 00 00 00 00 00 00 00 00 00 00 "
        "05 00 14 00 01 00 00 00 "  // RTA_PREF 1
    );

// $ ip route show table 1001
const Bytes kList =
    hex("24 00 00 00 "              // length
        "1a 00 01 03 "              // RTM_GETROUTE, request, dump
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 00 00 00 "              // rtm_family AF_INET, rtm_dst_len 0, rtm_src_len 0, rtm_tos 0
        "00 00 00 00 "              // rtm_table 0, rtm_protocol 0, rtm_scope 0, rtm_type 0
        "00 00 00 00 "              // rtm_flags 0x0
        "08 00 0f 00 e9 03 00 00 "  // RTA_TABLE 1001
    );

// $ ip route del 10.2.0.0/16 table 1001
const Bytes kDelete =
    hex("2c 00 00 00 "              // length
        "19 00 05 00 "              // RTM_DELROUTE, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 10 00 00 "              // rtm_family AF_INET, rtm_dst_len 16, rtm_src_len 0, rtm_tos 0
        "00 00 ff 00 "              // rtm_table 0, rtm_protocol 0, rtm_scope 255, rtm_type 0
        "00 00 00 00 "              // rtm_flags 0x0
        "08 00 01 00 0a 02 00 00 "  // RTA_DST 10.2.0.0
        "08 00 0f 00 e9 03 00 00 "  // RTA_TABLE 1001
    );

// $ ip monitor route & ip route del 192.0.2.0/24 table 1002
// Deleted 192.0.2.0/24 via inet6 fd00::1 dev eth0 table 1002
// local fe80::f058:85ff:fe28:b83 dev p0 table local proto kernel metric 0 pref medium
// local fe80::42:aff:fe01:2 dev eth0 table local proto kernel metric 0 pref medium
const Bytes kDeleted =
    hex("4c 00 00 00 "              // length
        "19 00 00 00 "              // RTM_DELROUTE
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 18 00 00 "              // rtm_family AF_INET, rtm_dst_len 24, rtm_src_len 0, rtm_tos 0
        "fc 03 00 01 "              // rtm_table 252, rtm_protocol 3, rtm_scope 0, rtm_type 1
        "00 00 00 00 "              // rtm_flags 0x0
        "08 00 0f 00 ea 03 00 00 "  // RTA_TABLE 1002
        "08 00 01 00 c0 00 02 00 "  // RTA_DST 192.0.2.0
        "16 00 12 00 0a 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 "  // RTA_VIA
        "08 00 04 00 03 00 00 00 "                                                  // RTA_OIF 3
    );

}  // namespace

TEST_CASE("route: a default route with metrics") {
  checkEncodes(kAddDefault,
               Object{
                   {"family", AF_INET},
                   {"protocol", RTPROT_STATIC},
                   {"type", RTN_UNICAST},
                   {"gateway", "10.1.0.1"},
                   {"prefSource", "10.1.0.2"},
                   {"priority", 100},
                   {"table", 1000},
                   {"oif", 3},
                   {"metrics", Object{{"mtu", 1400}, {"advMss", 1360}, {"ccAlgo", "cubic"}, {"lock", 1 << RTAX_MTU}}},
               });
  checkDecodes(
      kListedDefault,
      Object{{"family", AF_INET},
             {"dstLength", 0},
             {"srcLength", 0},
             {"tos", 0},
             {"protocol", RTPROT_STATIC},
             {"scope", RT_SCOPE_UNIVERSE},
             {"type", RTN_UNICAST},
             {"flags", 0},
             {"table", 1000},
             {"priority", 100},
             {"metrics", Object{{"lock", 1 << RTAX_MTU}, {"mtu", 1400}, {"advMss", 1360}, {"ccAlgo", "cubic"}}},
             {"prefSource", "10.1.0.2"},
             {"gateway", "10.1.0.1"},
             {"oif", 3}});
}

TEST_CASE("route: several hops, one of them of the other family") {
  const List hops{Object{{"flags", 0}, {"weight", 2}, {"index", 3}, {"gateway", "10.1.0.1"}},
                  Object{{"flags", RTNH_F_ONLINK}, {"weight", 0}, {"index", 3}, {"via", "fd00::9"}}};
  checkEncodes(kAddMultipath, Object{{"family", AF_INET},
                                     {"dstLength", 16},
                                     {"protocol", RTPROT_BOOT},
                                     {"type", RTN_UNICAST},
                                     {"dst", "10.2.0.0"},
                                     {"table", 1001},
                                     {"multipath", hops}});
  checkDecodes(kListedMultipath, Object{{"family", AF_INET},
                                        {"dstLength", 16},
                                        {"srcLength", 0},
                                        {"tos", 0},
                                        {"protocol", RTPROT_BOOT},
                                        {"scope", RT_SCOPE_UNIVERSE},
                                        {"type", RTN_UNICAST},
                                        {"flags", 0},
                                        {"table", 1001},
                                        {"dst", "10.2.0.0"},
                                        {"multipath", hops}});
}

TEST_CASE("route: a gateway of the other family") {
  checkEncodes(kAddVia, Object{{"family", AF_INET},
                               {"dstLength", 24},
                               {"protocol", RTPROT_BOOT},
                               {"type", RTN_UNICAST},
                               {"dst", "192.0.2.0"},
                               {"via", "fd00::1"},
                               {"table", 1002},
                               {"oif", 3}});
}

TEST_CASE("route: IPv6 with a router preference") {
  checkEncodes(kAddIpv6, Object{{"family", AF_INET6},
                                {"dstLength", 48},
                                {"protocol", RTPROT_BOOT},
                                {"type", RTN_UNICAST},
                                {"dst", "fd01::"},
                                {"gateway", "fd00::1"},
                                {"pref", ICMPV6_ROUTER_PREF_HIGH},
                                {"table", 1003},
                                {"oif", 3}});
  checkDecodes(
      kListedIpv6,
      Object{{"family", AF_INET6},
             {"dstLength", 48},
             {"srcLength", 0},
             {"tos", 0},
             {"protocol", RTPROT_BOOT},
             {"scope", RT_SCOPE_UNIVERSE},
             {"type", RTN_UNICAST},
             {"flags", 0},
             {"table", 1003},
             {"dst", "fd01::"},
             {"priority", 1024},
             {"gateway", "fd00::1"},
             {"oif", 3},
             {"cacheInfo", Object{{"clientReferences", 0}, {"lastUse", 0}, {"expires", 0}, {"error", 0}, {"used", 0}}},
             {"pref", ICMPV6_ROUTER_PREF_HIGH}});
}

TEST_CASE("route: a table is listed") { checkEncodes(kList, Object{{"family", AF_INET}, {"table", 1001}}); }

TEST_CASE("route: deleting one, and being told of it") {
  checkEncodes(
      kDelete,
      Object{
          {"family", AF_INET}, {"dstLength", 16}, {"scope", RT_SCOPE_NOWHERE}, {"dst", "10.2.0.0"}, {"table", 1001}});
  checkDecodes(kDeleted, Object{{"family", AF_INET},
                                {"dstLength", 24},
                                {"srcLength", 0},
                                {"tos", 0},
                                {"protocol", RTPROT_BOOT},
                                {"scope", RT_SCOPE_UNIVERSE},
                                {"type", RTN_UNICAST},
                                {"flags", 0},
                                {"table", 1002},
                                {"dst", "192.0.2.0"},
                                {"via", "fd00::1"},
                                {"oif", 3}});
}

}  // namespace netplumb::testing
