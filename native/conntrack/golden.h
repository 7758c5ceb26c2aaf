#pragma once

#include "netlink/test_support.h"

// For tests only: entries as the kernel (Linux 6.18) lists them, without struct nlmsghdr.

namespace netplumb::testing {

// $ nft add rule inet t translate udp dport 8053 dnat ip to 192.0.2.9:53
// $ cat /proc/net/nf_conntrack
// ipv4     2 udp      17 30 src=192.0.2.1 dst=192.0.2.1 sport=40000 dport=8053 [UNREPLIED] src=192.0.2.9 dst=192.0.2.1
//     sport=53 dport=40000 mark=0 zone=0 use=2
inline const Bytes kTranslated =
    hex("02 00 00 00 "                  // AF_INET, NFNETLINK_V0, res_id
        "34 00 01 80 "                  // CTA_TUPLE_ORIG (nested)
        "  14 00 01 80 "                // CTA_TUPLE_IP (nested)
        "    08 00 01 00 c0 00 02 01 "  // CTA_IP_V4_SRC 192.0.2.1
        "    08 00 02 00 c0 00 02 01 "  // CTA_IP_V4_DST 192.0.2.1
        "  1c 00 02 80 "                // CTA_TUPLE_PROTO (nested)
        "    05 00 01 00 11 00 00 00 "  // CTA_PROTO_NUM IPPROTO_UDP
        "    06 00 02 00 9c 40 00 00 "  // CTA_PROTO_SRC_PORT 40000
        "    06 00 03 00 1f 75 00 00 "  // CTA_PROTO_DST_PORT 8053
        "34 00 02 80 "                  // CTA_TUPLE_REPLY (nested)
        "  14 00 01 80 "                // CTA_TUPLE_IP (nested)
        "    08 00 01 00 c0 00 02 09 "  // CTA_IP_V4_SRC 192.0.2.9
        "    08 00 02 00 c0 00 02 01 "  // CTA_IP_V4_DST 192.0.2.1
        "  1c 00 02 80 "                // CTA_TUPLE_PROTO (nested)
        "    05 00 01 00 11 00 00 00 "  // CTA_PROTO_NUM IPPROTO_UDP
        "    06 00 02 00 00 35 00 00 "  // CTA_PROTO_SRC_PORT 53
        "    06 00 03 00 9c 40 00 00 "  // CTA_PROTO_DST_PORT 40000
        "08 00 03 00 00 00 01 a8 "      // CTA_STATUS 0x1a8
        "08 00 08 00 00 00 00 00 "      // CTA_MARK 0
        "08 00 0c 00 ed d9 f4 87 "      // CTA_ID
        "08 00 0b 00 00 00 00 01 "      // CTA_USE 1
        "08 00 07 00 00 00 00 1d "      // CTA_TIMEOUT 29
    );

// ipv6     10 tcp      6 432000 ESTABLISHED src=2001:0db8:0000:0000:0000:0000:0000:0001
//     dst=2001:0db8:0000:0000:0000:0000:0000:0001 sport=40001 dport=8080 src=2001:0db8:0000:0000:0000:0000:0000:0001
//     dst=2001:0db8:0000:0000:0000:0000:0000:0001 sport=8080 dport=40001 [ASSURED] mark=0 zone=0 use=2
inline const Bytes kIpv6 =
    hex("0a 00 00 00 "                                                      // AF_INET6, NFNETLINK_V0, res_id
        "4c 00 01 80 "                                                      // CTA_TUPLE_ORIG (nested)
        "  2c 00 01 80 "                                                    // CTA_TUPLE_IP (nested)
        "    14 00 03 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 "  // CTA_IP_V6_SRC 2001:db8::1
        "    14 00 04 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 "  // CTA_IP_V6_DST 2001:db8::1
        "  1c 00 02 80 "                                                    // CTA_TUPLE_PROTO (nested)
        "    05 00 01 00 06 00 00 00 "                                      // CTA_PROTO_NUM IPPROTO_TCP
        "    06 00 02 00 9c 41 00 00 "                                      // CTA_PROTO_SRC_PORT 40001
        "    06 00 03 00 1f 90 00 00 "                                      // CTA_PROTO_DST_PORT 8080
        "4c 00 02 80 "                                                      // CTA_TUPLE_REPLY (nested)
        "  2c 00 01 80 "                                                    // CTA_TUPLE_IP (nested)
        "    14 00 03 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 "  // CTA_IP_V6_SRC 2001:db8::1
        "    14 00 04 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 "  // CTA_IP_V6_DST 2001:db8::1
        "  1c 00 02 80 "                                                    // CTA_TUPLE_PROTO (nested)
        "    05 00 01 00 06 00 00 00 "                                      // CTA_PROTO_NUM IPPROTO_TCP
        "    06 00 02 00 1f 90 00 00 "                                      // CTA_PROTO_SRC_PORT 8080
        "    06 00 03 00 9c 41 00 00 "                                      // CTA_PROTO_DST_PORT 40001
        "08 00 03 00 00 00 01 8e "                                          // CTA_STATUS 0x18e
        "08 00 08 00 00 00 00 00 "                                          // CTA_MARK 0
        "08 00 0c 00 71 2d 52 a9 "                                          // CTA_ID
        "08 00 0b 00 00 00 00 01 "                                          // CTA_USE 1
        "08 00 07 00 00 06 97 7f "                                          // CTA_TIMEOUT 431999
        "30 00 04 80 "                                                      // CTA_PROTOINFO (nested)
        "  2c 00 01 80 "                                                    // CTA_PROTOINFO_TCP (nested)
        "    05 00 01 00 03 00 00 00 "                                      // CTA_PROTOINFO_TCP_STATE established
        "    05 00 02 00 0a 00 00 00 "                                      // CTA_PROTOINFO_TCP_WSCALE_ORIGINAL 10
        "    05 00 03 00 0a 00 00 00 "                                      // CTA_PROTOINFO_TCP_WSCALE_REPLY 10
        "    06 00 04 00 23 00 00 00 "                                      // CTA_PROTOINFO_TCP_FLAGS_ORIGINAL
        "    06 00 05 00 23 00 00 00 "                                      // CTA_PROTOINFO_TCP_FLAGS_REPLY
    );

// ipv4     2 unknown  2 599 src=192.0.2.1 dst=224.0.0.22 [UNREPLIED] src=224.0.0.22 dst=192.0.2.1 mark=0 zone=0 use=2
inline const Bytes kWithoutPorts =
    hex("02 00 00 00 "                  // AF_INET, NFNETLINK_V0, res_id
        "24 00 01 80 "                  // CTA_TUPLE_ORIG (nested)
        "  14 00 01 80 "                // CTA_TUPLE_IP (nested)
        "    08 00 01 00 c0 00 02 01 "  // CTA_IP_V4_SRC 192.0.2.1
        "    08 00 02 00 e0 00 00 16 "  // CTA_IP_V4_DST 224.0.0.22
        "  0c 00 02 80 "                // CTA_TUPLE_PROTO (nested)
        "    05 00 01 00 02 00 00 00 "  // CTA_PROTO_NUM IPPROTO_IGMP
        "24 00 02 80 "                  // CTA_TUPLE_REPLY (nested)
        "  14 00 01 80 "                // CTA_TUPLE_IP (nested)
        "    08 00 01 00 e0 00 00 16 "  // CTA_IP_V4_SRC 224.0.0.22
        "    08 00 02 00 c0 00 02 01 "  // CTA_IP_V4_DST 192.0.2.1
        "  0c 00 02 80 "                // CTA_TUPLE_PROTO (nested)
        "    05 00 01 00 02 00 00 00 "  // CTA_PROTO_NUM IPPROTO_IGMP
        "08 00 03 00 00 00 01 88 "      // CTA_STATUS 0x188
        "08 00 08 00 00 00 00 00 "      // CTA_MARK 0
        "08 00 0c 00 89 ce 11 8e "      // CTA_ID
        "08 00 0b 00 00 00 00 01 "      // CTA_USE 1
        "08 00 07 00 00 00 02 57 "      // CTA_TIMEOUT 599
    );

}  // namespace netplumb::testing
