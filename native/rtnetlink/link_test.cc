#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link set dev web-h up mtu 1450 alias web master br0 addrgenmode none
const Bytes kConfigure =
    hex("48 00 00 00 "                  // length
        "10 00 05 00 "                  // RTM_NEWLINK, request, ack
        "00 00 00 00 00 00 00 00 "      // sequence, port
        "00 00 00 00 "                  // ifi_family AF_UNSPEC, ifi_type 0
        "04 00 00 00 "                  // ifi_index 4
        "01 00 00 00 "                  // ifi_flags 0x1
        "01 00 00 00 "                  // ifi_change 0x1
        "08 00 04 00 aa 05 00 00 "      // IFLA_MTU 1450
        "08 00 14 00 77 65 62 00 "      // IFLA_IFALIAS "web"
        "08 00 0a 00 02 00 00 00 "      // IFLA_MASTER 2
        "10 00 1a 80 "                  // IFLA_AF_SPEC (nested)
        "  0c 00 0a 80 "                // AF_INET6 (nested)
        "    05 00 08 00 01 00 00 00 "  // IFLA_INET6_ADDR_GEN_MODE 1
    );

// $ ip link set dev web-h nomaster
const Bytes kRelease =
    hex("28 00 00 00 "              // length
        "10 00 05 00 "              // RTM_NEWLINK, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // ifi_family AF_UNSPEC, ifi_type 0
        "04 00 00 00 "              // ifi_index 4
        "00 00 00 00 "              // ifi_flags 0x0
        "00 00 00 00 "              // ifi_change 0x0
        "08 00 0a 00 00 00 00 00 "  // IFLA_MASTER 0
    );

// $ ip link set dev web-h down group 7
const Bytes kDown =
    hex("28 00 00 00 "              // length
        "10 00 05 00 "              // RTM_NEWLINK, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // ifi_family AF_UNSPEC, ifi_type 0
        "04 00 00 00 "              // ifi_index 4
        "00 00 00 00 "              // ifi_flags 0x0
        "01 00 00 00 "              // ifi_change 0x1
        "08 00 1b 00 07 00 00 00 "  // IFLA_GROUP 7
    );

// $ ip link set dev web-h name web-1
const Bytes kRename =
    hex("2c 00 00 00 "                          // length
        "10 00 05 00 "                          // RTM_NEWLINK, request, ack
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "00 00 00 00 "                          // ifi_family AF_UNSPEC, ifi_type 0
        "04 00 00 00 "                          // ifi_index 4
        "00 00 00 00 "                          // ifi_flags 0x0
        "00 00 00 00 "                          // ifi_change 0x0
        "0a 00 03 00 77 65 62 2d 31 00 00 00 "  // IFLA_IFNAME "web-1"
    );

// $ ip link property add dev web-1 altname first-other-name altname second
const Bytes kAddNames = hex(
    "48 00 00 00 "              // length
    "6c 00 05 0e "              // RTM_NEWLINKPROP, request, ack, excl, create, append
    "00 00 00 00 00 00 00 00 "  // sequence, port
    "00 00 00 00 "              // ifi_family AF_UNSPEC, ifi_type 0
    "04 00 00 00 "              // ifi_index 4
    "00 00 00 00 "              // ifi_flags 0x0
    "00 00 00 00 "              // ifi_change 0x0
    "28 00 34 80 "              // IFLA_PROP_LIST (nested)
    "  15 00 35 00 66 69 72 73 74 2d 6f 74 68 65 72 2d 6e 61 6d 65 00 00 00 00 "  // IFLA_ALT_IFNAME "first-other-name"
    "  0b 00 35 00 73 65 63 6f 6e 64 00 00 "                                      // IFLA_ALT_IFNAME "second"
);

// $ ip link property del dev web-1 altname second
const Bytes kDeleteName =
    hex("30 00 00 00 "                            // length
        "6d 00 05 00 "                            // RTM_DELLINKPROP, request, ack
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "00 00 00 00 "                            // ifi_family AF_UNSPEC, ifi_type 0
        "04 00 00 00 "                            // ifi_index 4
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "10 00 34 80 "                            // IFLA_PROP_LIST (nested)
        "  0b 00 35 00 73 65 63 6f 6e 64 00 00 "  // IFLA_ALT_IFNAME "second"
    );

// $ ip link show dev web-1
const Bytes kGetByName =
    hex("34 00 00 00 "                          // length
        "12 00 01 00 "                          // RTM_GETLINK, request
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "00 00 00 00 "                          // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "                          // ifi_index 0
        "00 00 00 00 "                          // ifi_flags 0x0
        "00 00 00 00 "                          // ifi_change 0x0
        "08 00 1d 00 09 00 00 00 "              // IFLA_EXT_MASK 9
        "0a 00 03 00 77 65 62 2d 31 00 00 00 "  // IFLA_IFNAME "web-1"
    );

// $ ip link show dev first-other-name
const Bytes kGetByOtherName = hex(
    "40 00 00 00 "                                                              // length
    "12 00 01 00 "                                                              // RTM_GETLINK, request
    "00 00 00 00 00 00 00 00 "                                                  // sequence, port
    "00 00 00 00 "                                                              // ifi_family AF_UNSPEC, ifi_type 0
    "00 00 00 00 "                                                              // ifi_index 0
    "00 00 00 00 "                                                              // ifi_flags 0x0
    "00 00 00 00 "                                                              // ifi_change 0x0
    "08 00 1d 00 09 00 00 00 "                                                  // IFLA_EXT_MASK 9
    "15 00 35 00 66 69 72 73 74 2d 6f 74 68 65 72 2d 6e 61 6d 65 00 00 00 00 "  // IFLA_ALT_IFNAME "first-other-name"
);

// As ip sends it, but for what it leaves out: NLA_F_NESTED, the NULs of strings, zeros in padding.
// $ ip link show type bridge
const Bytes kListKind =
    hex("38 00 00 00 "                            // length
        "12 00 01 03 "                            // RTM_GETLINK, request, dump
        "00 00 00 00 00 00 00 00 "                // sequence, port
        "11 00 00 00 "                            // ifi_family 17, ifi_type 0
        "00 00 00 00 "                            // ifi_index 0
        "00 00 00 00 "                            // ifi_flags 0x0
        "00 00 00 00 "                            // ifi_change 0x0
        "08 00 1d 00 01 00 00 00 "                // IFLA_EXT_MASK 1
        "10 00 12 80 "                            // IFLA_LINKINFO (nested)
        "  0b 00 01 00 62 72 69 64 67 65 00 00 "  // IFLA_INFO_KIND "bridge"
    );

// All other attributes are left out.
// $ ip monitor link & ip link set dev web-1 master br0
// 2: br0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default event FEATURE CHANGE
const Bytes kChanged =
    hex("30 00 00 00 "              // length
        "10 00 00 00 "              // RTM_NEWLINK
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 01 00 "              // ifi_family AF_UNSPEC, ifi_type 1
        "02 00 00 00 "              // ifi_index 2
        "02 10 00 00 "              // ifi_flags 0x1002
        "00 00 00 00 "              // ifi_change 0x0
        "08 00 03 00 62 72 30 00 "  // IFLA_IFNAME "br0"
        "08 00 2c 00 02 00 00 00 "  // IFLA_EVENT 2
    );

// $ ip link set dev eth0 netns blue
const Bytes kMove =
    hex("28 00 00 00 "              // length
        "10 00 05 00 "              // RTM_NEWLINK, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // ifi_family AF_UNSPEC, ifi_type 0
        "03 00 00 00 "              // ifi_index 3
        "00 00 00 00 "              // ifi_flags 0x0
        "00 00 00 00 "              // ifi_change 0x0
        "08 00 1c 00 04 00 00 00 "  // IFLA_NET_NS_FD 4
    );

// All other attributes are left out.
// $ ip monitor link & ip link set dev eth0 netns blue
// Deleted 3: eth0@web-1: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN group default
const Bytes kMoved =
    hex("3c 00 00 00 "                          // length
        "11 00 00 00 "                          // RTM_DELLINK
        "00 00 00 00 00 00 00 00 "              // sequence, port
        "00 00 01 00 "                          // ifi_family AF_UNSPEC, ifi_type 1
        "03 00 00 00 "                          // ifi_index 3
        "02 10 00 00 "                          // ifi_flags 0x1002
        "ff ff ff ff "                          // ifi_change 0xffffffff
        "09 00 03 00 65 74 68 30 00 00 00 00 "  // IFLA_IFNAME "eth0"
        "08 00 2d 00 00 00 00 00 "              // IFLA_NEW_NETNSID 0
        "08 00 31 00 03 00 00 00 "              // IFLA_NEW_IFINDEX 3
    );

// $ ip link del dev web-1
const Bytes kDelete =
    hex("20 00 00 00 "              // length
        "11 00 05 00 "              // RTM_DELLINK, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // ifi_family AF_UNSPEC, ifi_type 0
        "04 00 00 00 "              // ifi_index 4
        "00 00 00 00 "              // ifi_flags 0x0
        "00 00 00 00 "              // ifi_change 0x0
    );

// $ ip link del group 7
const Bytes kDeleteGroup =
    hex("28 00 00 00 "              // length
        "11 00 05 00 "              // RTM_DELLINK, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // ifi_family AF_UNSPEC, ifi_type 0
        "00 00 00 00 "              // ifi_index 0
        "00 00 00 00 "              // ifi_flags 0x0
        "00 00 00 00 "              // ifi_change 0x0
        "08 00 1b 00 07 00 00 00 "  // IFLA_GROUP 7
    );

}  // namespace

TEST_CASE("link: settings") {
  checkEncodes(kConfigure, Object{{"index", 4},
                                  {"flags", IFF_UP},
                                  {"change", IFF_UP},
                                  {"mtu", 1450},
                                  {"alias", "web"},
                                  {"master", 2},
                                  {"afSpec", Object{{"inet6", Object{{"addrGenMode", IN6_ADDR_GEN_MODE_NONE}}}}}});
  checkEncodes(kRelease, Object{{"index", 4}, {"master", 0}});
  checkEncodes(kDown, Object{{"index", 4}, {"change", IFF_UP}, {"group", 7}});
  checkEncodes(kRename, Object{{"index", 4}, {"name", "web-1"}});
}

TEST_CASE("link: other names") {
  checkEncodes(kAddNames, Object{{"index", 4}, {"altNames", List{"first-other-name", "second"}}});
  checkEncodes(kDeleteName, Object{{"index", 4}, {"altNames", List{"second"}}});
}

TEST_CASE("link: asking for one, by either name, and for those of a kind") {
  checkEncodes(kGetByName, Object{{"extMask", RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS}, {"name", "web-1"}});
  checkEncodes(kGetByOtherName,
               Object{{"extMask", RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS}, {"altName", "first-other-name"}});
  checkEncodes(kListKind,
               Object{{"family", AF_PACKET}, {"extMask", RTEXT_FILTER_VF}, {"info", Object{{"kind", "bridge"}}}});
}

TEST_CASE("link: why the kernel tells of one") {
  checkDecodes(kChanged, Object{{"family", AF_UNSPEC},
                                {"type", ARPHRD_ETHER},
                                {"index", 2},
                                {"flags", IFF_BROADCAST | IFF_MULTICAST},
                                {"change", 0},
                                {"name", "br0"},
                                {"event", IFLA_EVENT_FEATURES}});
}

TEST_CASE("link: into another namespace") {
  checkEncodes(kMove, Object{{"index", 3}, {"netnsFd", 4}});
  checkDecodes(kMoved, Object{{"family", AF_UNSPEC},
                              {"type", ARPHRD_ETHER},
                              {"index", 3},
                              {"flags", IFF_BROADCAST | IFF_MULTICAST},
                              {"change", 0xffffffff},
                              {"name", "eth0"},
                              {"newNetnsId", 0},
                              {"newIfindex", 3}});
}

TEST_CASE("link: names and aliases as long as the kernel takes them, and no longer") {
  const auto refusal = [](const Object& body) {
    const auto message = encode(*findMessage(RTM_NEWLINK), 0, body);
    return message ? "" : message.error().attribute + ": " + message.error().message;
  };
  CHECK(refusal(Object{{"name", std::string(15, 'n')}}) == "");
  CHECK(refusal(Object{{"name", std::string(16, 'n')}}) == "name: longer than 15 bytes");
  CHECK(refusal(Object{{"altName", std::string(127, 'n')}}) == "");
  CHECK(refusal(Object{{"altNames", List{std::string(128, 'n')}}}) == "altNames.name: longer than 127 bytes");
  CHECK(refusal(Object{{"alias", std::string(254, 'a')}}) == "");
  CHECK(refusal(Object{{"alias", std::string(255, 'a')}}) == "alias: longer than 254 bytes");
}

TEST_CASE("link: IPv4 options are written as attributes, as the kernel wants them, and read as the array it sends") {
  // Put together by hand from net/ipv4/devinet.c: ip cannot set them.
  const Bytes request =
      hex("3c 00 00 00 "                    // length
          "10 00 05 00 "                    // RTM_NEWLINK, request, ack
          "00 00 00 00 00 00 00 00 "        // sequence, port
          "00 00 00 00 "                    // ifi_family AF_UNSPEC, ifi_type 0
          "04 00 00 00 "                    // ifi_index 4
          "00 00 00 00 "                    // ifi_flags 0x0
          "00 00 00 00 "                    // ifi_change 0x0
          "1c 00 1a 80 "                    // IFLA_AF_SPEC (nested)
          "  18 00 02 80 "                  // AF_INET (nested)
          "    14 00 01 80 "                // IFLA_INET_CONF (nested)
          "      08 00 1a 00 01 00 00 00 "  // IPV4_DEVCONF_ROUTE_LOCALNET 1
          "      08 00 08 00 02 00 00 00 "  // IPV4_DEVCONF_RP_FILTER 2
      );
  const Object conf{{"routeLocalnet", 1}, {"rpFilter", 2}};
  checkEncodes(request, Object{{"index", 4}, {"afSpec", Object{{"inet", Object{{"conf", conf}}}}}});
}

TEST_CASE("link: deleting one, or a group") {
  checkEncodes(kDelete, Object{{"index", 4}});
  checkEncodes(kDeleteGroup, Object{{"group", 7}});
}

}  // namespace netplumb::testing
