#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// $ ip rule add from 10.1.0.0/16 to 10.2.0.0/16 iif eth0 oif br0 fwmark 0x10/0xff priority 1000 table 1000
//     suppress_prefixlength 0 suppress_ifgroup 3
const Bytes kAdd =
    hex("70 00 00 00 "                          // length
        "20 00 05 06 "                          // RTM_NEWRULE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "02 10 10 00 "                          // family AF_INET, dst_len 16, src_len 16, tos 0
        "00 00 00 01 "                          // table 0, reserved, action 1
        "00 00 00 00 "                          // flags 0x0
        "08 00 02 00 0a 01 00 00 "              // FRA_SRC 10.1.0.0
        "08 00 01 00 0a 02 00 00 "              // FRA_DST 10.2.0.0
        "09 00 03 00 65 74 68 30 00 00 00 00 "  // FRA_IIFNAME "eth0"
        "08 00 11 00 62 72 30 00 "              // FRA_OIFNAME 3175010
        "08 00 0a 00 10 00 00 00 "              // FRA_FWMARK 16
        "08 00 10 00 ff 00 00 00 "              // FRA_FWMASK 255
        "08 00 06 00 e8 03 00 00 "              // FRA_PRIORITY 1000
        "08 00 0f 00 e8 03 00 00 "              // FRA_TABLE 1000
        "08 00 0e 00 00 00 00 00 "              // FRA_SUPPRESS_PREFIXLEN 0
        "08 00 0d 00 03 00 00 00 "              // FRA_SUPPRESS_IFGROUP 3
    );

// $ ip rule add uidrange 1000-1999 ipproto tcp sport 1000-2000 dport 80 priority 1001 protocol static goto 2000
const Bytes kAddGoto =
    hex("58 00 00 00 "                          // length
        "20 00 05 06 "                          // RTM_NEWRULE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "02 00 00 00 "                          // family AF_INET, dst_len 0, src_len 0, tos 0
        "00 00 00 02 "                          // table 0, reserved, action 2
        "00 00 00 00 "                          // flags 0x0
        "0c 00 14 00 e8 03 00 00 cf 07 00 00 "  // FRA_UID_RANGE
        "05 00 16 00 06 00 00 00 "              // FRA_IP_PROTO 6
        "08 00 17 00 e8 03 d0 07 "              // FRA_SPORT_RANGE 131073000
        "08 00 18 00 50 00 50 00 "              // FRA_DPORT_RANGE 5242960
        "08 00 06 00 e9 03 00 00 "              // FRA_PRIORITY 1001
        "05 00 15 00 04 00 00 00 "              // FRA_PROTOCOL 4
        "08 00 04 00 d0 07 00 00 "              // FRA_GOTO 2000
    );

// $ ip rule add tun_id 77 priority 1002 blackhole
const Bytes kAddTunnel =
    hex("30 00 00 00 "                          // length
        "20 00 05 06 "                          // RTM_NEWRULE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "02 00 00 00 "                          // family AF_INET, dst_len 0, src_len 0, tos 0
        "00 00 00 06 "                          // table 0, reserved, action 6
        "00 00 00 00 "                          // flags 0x0
        "0c 00 0c 00 00 00 00 00 00 00 00 4d "  // FRA_TUN_ID
        "08 00 06 00 ea 03 00 00 "              // FRA_PRIORITY 1002
    );

// $ ip rule add l3mdev priority 1003
const Bytes kAddL3mdev =
    hex("2c 00 00 00 "              // length
        "20 00 05 06 "              // RTM_NEWRULE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 00 00 00 "              // family AF_INET, dst_len 0, src_len 0, tos 0
        "00 00 00 01 "              // table 0, reserved, action 1
        "00 00 00 00 "              // flags 0x0
        "05 00 13 00 01 00 00 00 "  // FRA_L3MDEV 1
        "08 00 06 00 eb 03 00 00 "  // FRA_PRIORITY 1003
    );

// $ ip -6 rule add from fd00::/64 priority 1004 table 1007
const Bytes kAddIpv6 =
    hex("40 00 00 00 "                                                  // length
        "20 00 05 06 "                                                  // RTM_NEWRULE, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "                                      // sequence, port
        "0a 00 40 00 "                                                  // family AF_INET6, dst_len 0, src_len 64, tos 0
        "00 00 00 01 "                                                  // table 0, reserved, action 1
        "00 00 00 00 "                                                  // flags 0x0
        "14 00 02 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "  // FRA_SRC fd00::
        "08 00 06 00 ec 03 00 00 "                                      // FRA_PRIORITY 1004
        "08 00 0f 00 ef 03 00 00 "                                      // FRA_TABLE 1007
    );

// $ ip rule show
const Bytes kList =
    hex("1c 00 00 00 "              // length
        "22 00 01 03 "              // RTM_GETRULE, request, dump
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 00 00 00 "              // family AF_INET, dst_len 0, src_len 0, tos 0
        "00 00 00 00 "              // table 0, reserved, action 0
        "00 00 00 00 "              // flags 0x0
    );

// $ ip rule show
// 1000:   from 10.1.0.0/16 to 10.2.0.0/16 fwmark 0x10/0xff iif eth0 oif br0 lookup 1000 suppress_prefixlength 0
//         suppress_ifgroup 3
const Bytes kListed =
    hex("78 00 00 00 "                          // length
        "20 00 02 00 "                          // RTM_NEWRULE, multi
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "02 10 10 00 "                          // family AF_INET, dst_len 16, src_len 16, tos 0
        "fc 00 00 01 "                          // table 252, reserved, action 1
        "00 00 00 00 "                          // flags 0x0
        "08 00 0f 00 e8 03 00 00 "              // FRA_TABLE 1000
        "08 00 0e 00 00 00 00 00 "              // FRA_SUPPRESS_PREFIXLEN 0
        "05 00 15 00 00 00 00 00 "              // FRA_PROTOCOL 0
        "09 00 03 00 65 74 68 30 00 00 00 00 "  // FRA_IIFNAME "eth0"
        "08 00 11 00 62 72 30 00 "              // FRA_OIFNAME 3175010
        "08 00 06 00 e8 03 00 00 "              // FRA_PRIORITY 1000
        "08 00 0a 00 10 00 00 00 "              // FRA_FWMARK 16
        "08 00 10 00 ff 00 00 00 "              // FRA_FWMASK 255
        "08 00 0d 00 03 00 00 00 "              // FRA_SUPPRESS_IFGROUP 3
        "08 00 01 00 0a 02 00 00 "              // FRA_DST 10.2.0.0
        "08 00 02 00 0a 01 00 00 "              // FRA_SRC 10.1.0.0
    );

// $ ip rule show
// 1001:   from all uidrange 1000-1999 ipproto tcp sport 1000-2000 dport 80 goto 2000 [unresolved] proto static
const Bytes kListedGoto =
    hex("70 00 00 00 "                          // length
        "20 00 02 00 "                          // RTM_NEWRULE, multi
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "02 00 00 00 "                          // family AF_INET, dst_len 0, src_len 0, tos 0
        "00 00 00 02 "                          // table 0, reserved, action 2
        "04 00 00 00 "                          // flags 0x4
        "08 00 0f 00 00 00 00 00 "              // FRA_TABLE 0
        "08 00 0e 00 ff ff ff ff "              // FRA_SUPPRESS_PREFIXLEN 4294967295
        "05 00 15 00 04 00 00 00 "              // FRA_PROTOCOL 4
        "08 00 06 00 e9 03 00 00 "              // FRA_PRIORITY 1001
        "08 00 04 00 d0 07 00 00 "              // FRA_GOTO 2000
        "0c 00 14 00 e8 03 00 00 cf 07 00 00 "  // FRA_UID_RANGE
        "08 00 17 00 e8 03 d0 07 "              // FRA_SPORT_RANGE 131073000
        "08 00 18 00 50 00 50 00 "              // FRA_DPORT_RANGE 5242960
        "06 00 1d 00 ff ff 00 00 "              // ?29 65535
        "05 00 16 00 06 00 00 00 "              // FRA_IP_PROTO 6
    );

// $ ip rule show
// 1002:   from all tun_id 77 blackhole
const Bytes kListedTunnel =
    hex("48 00 00 00 "                          // length
        "20 00 02 00 "                          // RTM_NEWRULE, multi
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "02 00 00 00 "                          // family AF_INET, dst_len 0, src_len 0, tos 0
        "00 00 00 06 "                          // table 0, reserved, action 6
        "00 00 00 00 "                          // flags 0x0
        "08 00 0f 00 00 00 00 00 "              // FRA_TABLE 0
        "08 00 0e 00 ff ff ff ff "              // FRA_SUPPRESS_PREFIXLEN 4294967295
        "05 00 15 00 00 00 00 00 "              // FRA_PROTOCOL 0
        "08 00 06 00 ea 03 00 00 "              // FRA_PRIORITY 1002
        "0c 00 0c 00 00 00 00 00 00 00 00 4d "  // FRA_TUN_ID
    );

// $ ip rule del priority 1000
const Bytes kDelete =
    hex("24 00 00 00 "              // length
        "21 00 05 00 "              // RTM_DELRULE, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 00 00 00 "              // family AF_INET, dst_len 0, src_len 0, tos 0
        "00 00 00 00 "              // table 0, reserved, action 0
        "00 00 00 00 "              // flags 0x0
        "08 00 06 00 e8 03 00 00 "  // FRA_PRIORITY 1000
    );

// $ ip monitor rule & ip -6 rule del priority 1004
// Deleted 1004:   from fd00::/64 lookup 1007
const Bytes kDeleted =
    hex("50 00 00 00 "                                                  // length
        "21 00 00 00 "                                                  // RTM_DELRULE
        "00 00 00 00 00 00 00 00 "                                      // sequence, port
        "0a 00 40 00 "                                                  // family AF_INET6, dst_len 0, src_len 64, tos 0
        "fc 00 00 01 "                                                  // table 252, reserved, action 1
        "00 00 00 00 "                                                  // flags 0x0
        "08 00 0f 00 ef 03 00 00 "                                      // FRA_TABLE 1007
        "08 00 0e 00 ff ff ff ff "                                      // FRA_SUPPRESS_PREFIXLEN 4294967295
        "05 00 15 00 00 00 00 00 "                                      // FRA_PROTOCOL 0
        "08 00 06 00 ec 03 00 00 "                                      // FRA_PRIORITY 1004
        "14 00 02 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "  // FRA_SRC fd00::
    );

}  // namespace

TEST_CASE("rule: by addresses, interfaces and mark") {
  checkEncodes(kAdd, Object{{"family", AF_INET},
                            {"dstLength", 16},
                            {"srcLength", 16},
                            {"action", FR_ACT_TO_TBL},
                            {"src", "10.1.0.0"},
                            {"dst", "10.2.0.0"},
                            {"iifName", "eth0"},
                            {"oifName", "br0"},
                            {"fwmark", 0x10},
                            {"fwmask", 0xff},
                            {"priority", 1000},
                            {"table", 1000},
                            {"suppressPrefixLength", 0},
                            {"suppressIfGroup", 3}});
  checkDecodes(kListed, Object{{"family", AF_INET},
                               {"dstLength", 16},
                               {"srcLength", 16},
                               {"tos", 0},
                               {"action", FR_ACT_TO_TBL},
                               {"flags", 0},
                               {"table", 1000},
                               {"suppressPrefixLength", 0},
                               {"protocol", 0},
                               {"iifName", "eth0"},
                               {"oifName", "br0"},
                               {"priority", 1000},
                               {"fwmark", 0x10},
                               {"fwmask", 0xff},
                               {"suppressIfGroup", 3},
                               {"dst", "10.2.0.0"},
                               {"src", "10.1.0.0"}});
}

TEST_CASE("rule: by user, protocol and ports, jumping to another") {
  const Object users{{"start", 1000}, {"end", 1999}};
  const Object from{{"start", 1000}, {"end", 2000}};
  const Object to{{"start", 80}, {"end", 80}};
  checkEncodes(kAddGoto, Object{{"family", AF_INET},
                                {"action", FR_ACT_GOTO},
                                {"uidRange", users},
                                {"ipProto", IPPROTO_TCP},
                                {"sportRange", from},
                                {"dportRange", to},
                                {"priority", 1001},
                                {"protocol", RTPROT_STATIC},
                                {"goto", 2000}});
  checkDecodes(kListedGoto, Object{{"family", AF_INET},
                                   {"dstLength", 0},
                                   {"srcLength", 0},
                                   {"tos", 0},
                                   {"action", FR_ACT_GOTO},
                                   {"flags", FIB_RULE_UNRESOLVED},
                                   {"table", 0},
                                   {"suppressPrefixLength", -1},
                                   {"protocol", RTPROT_STATIC},
                                   {"priority", 1001},
                                   {"goto", 2000},
                                   {"uidRange", users},
                                   {"sportRange", from},
                                   {"dportRange", to},
                                   {"ipProto", IPPROTO_TCP}});
}

TEST_CASE("rule: by tunnel") {
  checkEncodes(kAddTunnel,
               Object{{"family", AF_INET}, {"action", FR_ACT_BLACKHOLE}, {"tunId", uint64_t{77}}, {"priority", 1002}});
  checkDecodes(kListedTunnel, Object{{"family", AF_INET},
                                     {"dstLength", 0},
                                     {"srcLength", 0},
                                     {"tos", 0},
                                     {"action", FR_ACT_BLACKHOLE},
                                     {"flags", 0},
                                     {"table", 0},
                                     {"suppressPrefixLength", -1},
                                     {"protocol", 0},
                                     {"priority", 1002},
                                     {"tunId", uint64_t{77}}});
}

TEST_CASE("rule: by layer 3 domain") {
  checkEncodes(kAddL3mdev, Object{{"family", AF_INET}, {"action", FR_ACT_TO_TBL}, {"l3mdev", 1}, {"priority", 1003}});
}

TEST_CASE("rule: IPv6") {
  checkEncodes(kAddIpv6, Object{{"family", AF_INET6},
                                {"srcLength", 64},
                                {"action", FR_ACT_TO_TBL},
                                {"src", "fd00::"},
                                {"priority", 1004},
                                {"table", 1007}});
}

TEST_CASE("rule: listing and deleting, and being told of it") {
  checkEncodes(kList, Object{{"family", AF_INET}});
  checkEncodes(kDelete, Object{{"family", AF_INET}, {"priority", 1000}});
  checkDecodes(kDeleted, Object{{"family", AF_INET6},
                                {"dstLength", 0},
                                {"srcLength", 64},
                                {"tos", 0},
                                {"action", FR_ACT_TO_TBL},
                                {"flags", 0},
                                {"table", 1007},
                                {"suppressPrefixLength", -1},
                                {"protocol", 0},
                                {"priority", 1004},
                                {"src", "fd00::"}});
}

}  // namespace netplumb::testing
