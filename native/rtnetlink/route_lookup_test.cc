#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// $ ip route get 10.1.0.77 from 10.1.0.2 mark 5 ipproto udp sport 53 dport 5353 uid 1000
const Bytes kAsk =
    hex("54 00 00 00 "              // length
        "1a 00 01 00 "              // RTM_GETROUTE, request
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 20 20 00 "              // rtm_family AF_INET, rtm_dst_len 32, rtm_src_len 32, rtm_tos 0
        "00 00 00 00 "              // rtm_table 0, rtm_protocol 0, rtm_scope 0, rtm_type 0
        "00 10 00 00 "              // rtm_flags 0x1000
        "08 00 01 00 0a 01 00 4d "  // RTA_DST 10.1.0.77
        "08 00 02 00 0a 01 00 02 "  // RTA_SRC 10.1.0.2
        "05 00 1b 00 11 00 00 00 "  // RTA_IP_PROTO 17
        "06 00 1c 00 00 35 00 00 "  // RTA_SPORT 53
        "06 00 1d 00 14 e9 00 00 "  // RTA_DPORT 5353
        "08 00 19 00 e8 03 00 00 "  // RTA_UID 1000
        "08 00 10 00 05 00 00 00 "  // RTA_MARK 5
    );

// $ ip route get 10.1.0.77 from 10.1.0.2 mark 5 ipproto udp sport 53 dport 5353 uid 1000
// 10.1.0.77 from 10.1.0.2 dev eth0 mark 5 uid 1000
//     cache
const Bytes kAnswer =
    hex("70 00 00 00 "              // length
        "18 00 00 00 "              // RTM_NEWROUTE
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 20 20 00 "              // rtm_family AF_INET, rtm_dst_len 32, rtm_src_len 32, rtm_tos 0
        "fe 00 00 01 "              // rtm_table 254, rtm_protocol 0, rtm_scope 0, rtm_type 1
        "00 02 00 00 "              // rtm_flags 0x200
        "08 00 0f 00 fe 00 00 00 "  // RTA_TABLE 254
        "08 00 01 00 0a 01 00 4d "  // RTA_DST 10.1.0.77
        "08 00 02 00 0a 01 00 02 "  // RTA_SRC 10.1.0.2
        "08 00 04 00 03 00 00 00 "  // RTA_OIF 3
        "08 00 10 00 05 00 00 00 "  // RTA_MARK 5
        "08 00 19 00 e8 03 00 00 "  // RTA_UID 1000
        "24 00 0c 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "  // RTA_CACHEINFO 2 0 0 0 0 0 0 0
        "00 00 00 00 00 00 00 00 00 00 00 00 ");

// The kernel refuses it: this interface does not forward.
// $ ip route get 10.1.0.77 from 10.1.0.9 iif eth0
const Bytes kAskForwarded =
    hex("34 00 00 00 "              // length
        "1a 00 01 00 "              // RTM_GETROUTE, request
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 20 20 00 "              // rtm_family AF_INET, rtm_dst_len 32, rtm_src_len 32, rtm_tos 0
        "00 00 00 00 "              // rtm_table 0, rtm_protocol 0, rtm_scope 0, rtm_type 0
        "00 10 00 00 "              // rtm_flags 0x1000
        "08 00 01 00 0a 01 00 4d "  // RTA_DST 10.1.0.77
        "08 00 02 00 0a 01 00 09 "  // RTA_SRC 10.1.0.9
        "08 00 03 00 03 00 00 00 "  // RTA_IIF 3
    );

// $ ip route add 198.51.100.0/24 nhid 5 table 1004
const Bytes kAddNextHop =
    hex("34 00 00 00 "              // length
        "18 00 05 06 "              // RTM_NEWROUTE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 18 00 00 "              // rtm_family AF_INET, rtm_dst_len 24, rtm_src_len 0, rtm_tos 0
        "00 03 00 01 "              // rtm_table 0, rtm_protocol 3, rtm_scope 0, rtm_type 1
        "00 00 00 00 "              // rtm_flags 0x0
        "08 00 01 00 c6 33 64 00 "  // RTA_DST 198.51.100.0
        "08 00 1e 00 05 00 00 00 "  // RTA_NH_ID 5
        "08 00 0f 00 ec 03 00 00 "  // RTA_TABLE 1004
    );

// $ ip route show table 1004
// 198.51.100.0/24 nhid 5 via 10.1.0.1 dev eth0
const Bytes kListedNextHop =
    hex("44 00 00 00 "              // length
        "18 00 22 00 "              // RTM_NEWROUTE, multi, dump filtered
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 18 00 00 "              // rtm_family AF_INET, rtm_dst_len 24, rtm_src_len 0, rtm_tos 0
        "fc 03 00 01 "              // rtm_table 252, rtm_protocol 3, rtm_scope 0, rtm_type 1
        "00 00 00 00 "              // rtm_flags 0x0
        "08 00 0f 00 ec 03 00 00 "  // RTA_TABLE 1004
        "08 00 01 00 c6 33 64 00 "  // RTA_DST 198.51.100.0
        "08 00 1e 00 05 00 00 00 "  // RTA_NH_ID 5
        "08 00 05 00 0a 01 00 01 "  // RTA_GATEWAY 10.1.0.1
        "08 00 04 00 03 00 00 00 "  // RTA_OIF 3
    );

}  // namespace

TEST_CASE("route: the way to one destination") {
  checkEncodes(kAsk, Object{{"family", AF_INET},
                            {"dstLength", 32},
                            {"srcLength", 32},
                            {"flags", RTM_F_LOOKUP_TABLE},
                            {"dst", "10.1.0.77"},
                            {"src", "10.1.0.2"},
                            {"ipProto", IPPROTO_UDP},
                            {"sport", 53},
                            {"dport", 5353},
                            {"uid", 1000},
                            {"mark", 5}});
  checkDecodes(kAnswer,
               Object{{"family", AF_INET},
                      {"dstLength", 32},
                      {"srcLength", 32},
                      {"tos", 0},
                      {"protocol", RTPROT_UNSPEC},
                      {"scope", RT_SCOPE_UNIVERSE},
                      {"type", RTN_UNICAST},
                      {"flags", RTM_F_CLONED},
                      {"table", RT_TABLE_MAIN},
                      {"dst", "10.1.0.77"},
                      {"src", "10.1.0.2"},
                      {"oif", 3},
                      {"mark", 5},
                      {"uid", 1000},
                      {"cacheInfo",
                       Object{{"clientReferences", 2}, {"lastUse", 0}, {"expires", 0}, {"error", 0}, {"used", 0}}}});
}

TEST_CASE("route: the way of a packet that comes in") {
  checkEncodes(kAskForwarded, Object{{"family", AF_INET},
                                     {"dstLength", 32},
                                     {"srcLength", 32},
                                     {"flags", RTM_F_LOOKUP_TABLE},
                                     {"dst", "10.1.0.77"},
                                     {"src", "10.1.0.9"},
                                     {"iif", 3}});
}

TEST_CASE("route: by way of a next hop that routes share") {
  checkEncodes(kAddNextHop, Object{{"family", AF_INET},
                                   {"dstLength", 24},
                                   {"protocol", RTPROT_BOOT},
                                   {"type", RTN_UNICAST},
                                   {"dst", "198.51.100.0"},
                                   {"nhId", 5},
                                   {"table", 1004}});
  checkDecodes(kListedNextHop, Object{{"family", AF_INET},
                                      {"dstLength", 24},
                                      {"srcLength", 0},
                                      {"tos", 0},
                                      {"protocol", RTPROT_BOOT},
                                      {"scope", RT_SCOPE_UNIVERSE},
                                      {"type", RTN_UNICAST},
                                      {"flags", 0},
                                      {"table", 1004},
                                      {"dst", "198.51.100.0"},
                                      {"nhId", 5},
                                      {"gateway", "10.1.0.1"},
                                      {"oif", 3}});
}

}  // namespace netplumb::testing
