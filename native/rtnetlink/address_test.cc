#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// $ ip addr add 10.1.0.2/16 broadcast + label eth0:web valid_lft 3600 preferred_lft 1800 noprefixroute metric 50
//     dev eth0
const Bytes kAddIpv4 =
    hex("64 00 00 00 "              // length
        "14 00 05 06 "              // RTM_NEWADDR, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 10 00 00 "              // ifa_family AF_INET, ifa_prefixlen 16, ifa_flags 0x0, ifa_scope 0
        "03 00 00 00 "              // ifa_index 3
        "08 00 02 00 0a 01 00 02 "  // IFA_LOCAL 10.1.0.2
        "0d 00 03 00 65 74 68 30 3a 77 65 62 00 00 00 00 "              // IFA_LABEL "eth0:web"
        "08 00 09 00 32 00 00 00 "                                      // IFA_RT_PRIORITY 50
        "08 00 08 00 00 02 00 00 "                                      // IFA_FLAGS 512
        "08 00 01 00 0a 01 00 02 "                                      // IFA_ADDRESS 10.1.0.2
        "08 00 04 00 0a 01 ff ff "                                      // IFA_BROADCAST 10.1.255.255
        "14 00 06 00 08 07 00 00 10 0e 00 00 00 00 00 00 00 00 00 00 "  // IFA_CACHEINFO 1800 3600 0 0
    );

// $ ip -4 addr show dev eth0
// 3: eth0@p0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
//     inet 10.1.0.2/16 metric 50 brd 10.1.255.255 scope global dynamic noprefixroute eth0:web
//        valid_lft 3600sec preferred_lft 1800sec
const Bytes kListedIpv4 =
    hex("64 00 00 00 "              // length
        "14 00 22 00 "              // RTM_NEWADDR, multi, dump filtered
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 10 00 00 "              // ifa_family AF_INET, ifa_prefixlen 16, ifa_flags 0x0, ifa_scope 0
        "03 00 00 00 "              // ifa_index 3
        "08 00 01 00 0a 01 00 02 "  // IFA_ADDRESS 10.1.0.2
        "08 00 02 00 0a 01 00 02 "  // IFA_LOCAL 10.1.0.2
        "08 00 04 00 0a 01 ff ff "  // IFA_BROADCAST 10.1.255.255
        "0d 00 03 00 65 74 68 30 3a 77 65 62 00 00 00 00 "              // IFA_LABEL "eth0:web"
        "08 00 08 00 00 02 00 00 "                                      // IFA_FLAGS 512
        "08 00 09 00 32 00 00 00 "                                      // IFA_RT_PRIORITY 50
        "14 00 06 00 08 07 00 00 10 0e 00 00 32 1e 08 00 32 1e 08 00 "  // IFA_CACHEINFO 1800 3600 532018 532018
    );

// $ ip -6 addr show dev eth0
// 3: eth0@p0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
//     inet6 fd00::2/64 scope global nodad
//        valid_lft forever preferred_lft forever
//     inet6 fe80::42:aff:fe01:2/64 scope link tentative
//        valid_lft forever preferred_lft forever
const Bytes kListedIpv6 = hex(
    "50 00 00 00 "              // length
    "14 00 22 00 "              // RTM_NEWADDR, multi, dump filtered
    "00 00 00 00 00 00 00 00 "  // sequence, port
    "0a 40 c0 fd "              // ifa_family AF_INET6, ifa_prefixlen 64, ifa_flags 0xc0, ifa_scope 253
    "03 00 00 00 "              // ifa_index 3
    "14 00 01 00 fe 80 00 00 00 00 00 00 00 42 0a ff fe 01 00 02 "  // IFA_ADDRESS fe80::42:aff:fe01:2
    "14 00 06 00 ff ff ff ff ff ff ff ff 30 1e 08 00 30 1e 08 00 "  // IFA_CACHEINFO 4294967295 4294967295 532016 532016
    "08 00 08 00 c0 00 00 00 "                                      // IFA_FLAGS 192
    "05 00 0b 00 03 00 00 00 "                                      // IFA_PROTO 3
);

// $ ip addr add 10.9.0.1 peer 10.9.0.2/32 dev eth0
const Bytes kAddPeer =
    hex("28 00 00 00 "              // length
        "14 00 05 06 "              // RTM_NEWADDR, request, ack, excl, create
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 20 00 00 "              // ifa_family AF_INET, ifa_prefixlen 32, ifa_flags 0x0, ifa_scope 0
        "03 00 00 00 "              // ifa_index 3
        "08 00 02 00 0a 09 00 01 "  // IFA_LOCAL 10.9.0.1
        "08 00 01 00 0a 09 00 02 "  // IFA_ADDRESS 10.9.0.2
    );

// $ ip -6 addr show dev eth0
const Bytes kList =
    hex("18 00 00 00 "              // length
        "16 00 01 03 "              // RTM_GETADDR, request, dump
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "0a 00 00 00 "              // ifa_family AF_INET6, ifa_prefixlen 0, ifa_flags 0x0, ifa_scope 0
        "03 00 00 00 "              // ifa_index 3
    );

// $ ip addr del 10.1.0.2/16 dev eth0
const Bytes kDelete =
    hex("28 00 00 00 "              // length
        "15 00 05 00 "              // RTM_DELADDR, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "02 10 00 00 "              // ifa_family AF_INET, ifa_prefixlen 16, ifa_flags 0x0, ifa_scope 0
        "03 00 00 00 "              // ifa_index 3
        "08 00 02 00 0a 01 00 02 "  // IFA_LOCAL 10.1.0.2
        "08 00 01 00 0a 01 00 02 "  // IFA_ADDRESS 10.1.0.2
    );

// $ ip monitor address & ip addr del 10.9.0.1 peer 10.9.0.2/32 dev eth0
// Deleted 3: eth0    inet 10.9.0.1 peer 10.9.0.2/32 scope global eth0
const Bytes kDeleted = hex(
    "50 00 00 00 "                          // length
    "15 00 00 00 "                          // RTM_DELADDR
    "00 00 00 00 00 00 00 00 "              // sequence, port
    "02 20 80 00 "                          // ifa_family AF_INET, ifa_prefixlen 32, ifa_flags 0x80, ifa_scope 0
    "03 00 00 00 "                          // ifa_index 3
    "08 00 01 00 0a 09 00 02 "              // IFA_ADDRESS 10.9.0.2
    "08 00 02 00 0a 09 00 01 "              // IFA_LOCAL 10.9.0.1
    "09 00 03 00 65 74 68 30 00 00 00 00 "  // IFA_LABEL "eth0"
    "08 00 08 00 80 00 00 00 "              // IFA_FLAGS 128
    "14 00 06 00 ff ff ff ff ff ff ff ff 43 1e 08 00 43 1e 08 00 "  // IFA_CACHEINFO 4294967295 4294967295 532035 532035
);

}  // namespace

TEST_CASE("address: an IPv4 address with everything that ip can say of it") {
  checkEncodes(kAddIpv4, Object{{"family", AF_INET},
                                {"prefixLength", 16},
                                {"index", 3},
                                {"local", "10.1.0.2"},
                                {"label", "eth0:web"},
                                {"routePriority", 50},
                                {"flags", IFA_F_NOPREFIXROUTE},
                                {"address", "10.1.0.2"},
                                {"broadcast", "10.1.255.255"},
                                {"cacheInfo", Object{{"preferred", 1800}, {"valid", 3600}}}});
}

TEST_CASE("address: an IPv4 address as the kernel lists it") {
  checkDecodes(
      kListedIpv4,
      Object{{"family", AF_INET},
             {"prefixLength", 16},
             {"scope", RT_SCOPE_UNIVERSE},
             {"index", 3},
             {"address", "10.1.0.2"},
             {"local", "10.1.0.2"},
             {"broadcast", "10.1.255.255"},
             {"label", "eth0:web"},
             {"flags", IFA_F_NOPREFIXROUTE},
             {"routePriority", 50},
             {"cacheInfo", Object{{"preferred", 1800}, {"valid", 3600}, {"created", 532018}, {"updated", 532018}}}});
}

TEST_CASE("address: a link-local IPv6 address that the kernel made") {
  checkDecodes(
      kListedIpv6,
      Object{{"family", AF_INET6},
             {"prefixLength", 64},
             {"scope", RT_SCOPE_LINK},
             {"index", 3},
             {"address", "fe80::42:aff:fe01:2"},
             {"cacheInfo",
              Object{{"preferred", 0xffffffff}, {"valid", 0xffffffff}, {"created", 532016}, {"updated", 532016}}},
             {"flags", IFA_F_PERMANENT | IFA_F_TENTATIVE},
             {"protocol", IFAPROT_KERNEL_LL}});
}

TEST_CASE("address: an anycast address") {
  // Put together by hand from inet6_fill_ifacaddr in net/ipv6/addrconf.c.
  const Bytes listed =
      hex("2c 00 00 00 "              // length
          "14 00 02 00 "              // RTM_NEWADDR, multi
          "00 00 00 00 00 00 00 00 "  // sequence, port
          "0a 80 80 00 "              // ifa_family AF_INET6, ifa_prefixlen 128, ifa_flags 0x80, ifa_scope 0
          "03 00 00 00 "              // ifa_index 3
          "14 00 05 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "  // IFA_ANYCAST fd00::
      );
  checkDecodes(listed, Object{{"family", AF_INET6},
                              {"prefixLength", 128},
                              {"scope", RT_SCOPE_UNIVERSE},
                              {"index", 3},
                              {"anycast", "fd00::"}});
}

TEST_CASE("address: the two ends of a point-to-point link") {
  checkEncodes(
      kAddPeer,
      Object{{"family", AF_INET}, {"prefixLength", 32}, {"index", 3}, {"local", "10.9.0.1"}, {"address", "10.9.0.2"}});
}

TEST_CASE("address: a listing is asked for by header alone") {
  checkEncodes(kList, Object{{"family", AF_INET6}, {"index", 3}});
}

TEST_CASE("address: deleting one, and being told of it") {
  checkEncodes(
      kDelete,
      Object{{"family", AF_INET}, {"prefixLength", 16}, {"index", 3}, {"local", "10.1.0.2"}, {"address", "10.1.0.2"}});
  checkDecodes(
      kDeleted,
      Object{{"family", AF_INET},
             {"prefixLength", 32},
             {"scope", RT_SCOPE_UNIVERSE},
             {"index", 3},
             {"address", "10.9.0.2"},
             {"local", "10.9.0.1"},
             {"label", "eth0"},
             {"flags", IFA_F_PERMANENT},
             {"cacheInfo",
              Object{{"preferred", 0xffffffff}, {"valid", 0xffffffff}, {"created", 532035}, {"updated", 532035}}}});
}

}  // namespace netplumb::testing
