#include <linux/if.h>
#include <linux/rtnetlink.h>

#include <cstddef>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

constexpr HeaderField kHeader[] = {
    {"family", Kind::u8, offsetof(ifinfomsg, ifi_family)},
    {"type", Kind::u16, offsetof(ifinfomsg, ifi_type)},  // ARPHRD_*
    {"index", Kind::s32, offsetof(ifinfomsg, ifi_index)},
    {"flags", Kind::u32, offsetof(ifinfomsg, ifi_flags)},    // IFF_*
    {"change", Kind::u32, offsetof(ifinfomsg, ifi_change)},  // mask of the flags to set
};

constexpr uint32_t kLongestName = IFNAMSIZ - 1;
constexpr uint32_t kLongestAlternativeName = ALTIFNAMSIZ - 1;
// Written with its NUL; of one more byte, kernels say ERANGE.
constexpr uint32_t kLongestAlias = IFALIASZ - 2;

constexpr Field kAlternativeNameFields[] = {
    {IFLA_ALT_IFNAME, "name", Kind::string, nullptr, kLongestAlternativeName},
};
constexpr Schema kAlternativeNames{.name = "alternative names", .fields = kAlternativeNameFields};

constexpr Choice kData[] = {
    {"veth", &vethSchema},       {"bridge", &bridgeSchema}, {"macvlan", &macvlanSchema},
    {"macvtap", &macvlanSchema}, {"vxlan", &vxlanSchema},
};
constexpr Choice kSlaveData[] = {{"bridge", &bridgePortSchema}};

constexpr Field kInfoFields[] = {
    {IFLA_INFO_KIND, "kind", Kind::string},
    {.type = IFLA_INFO_DATA, .name = "data", .kind = Kind::selected, .selector = "kind", .choices = kData},
    {IFLA_INFO_SLAVE_KIND, "slaveKind", Kind::string},
    {.type = IFLA_INFO_SLAVE_DATA,
     .name = "slaveData",
     .kind = Kind::selected,
     .selector = "slaveKind",
     .choices = kSlaveData},
};
constexpr Schema kInfo{.name = "link info", .fields = kInfoFields};

// Chosen by the header's family: AF_INET6 is 10, AF_BRIDGE 7.
constexpr Choice kProtocolInfo[] = {{"7", &bridgePortSchema}, {"10", &inet6LinkSchema}};
constexpr Choice kFamilySpec[] = {{"7", &bridgeFamilySpecSchema}, {"", &familySpecSchema}};

constexpr Field kFields[] = {
    {IFLA_ADDRESS, "address", Kind::hardware},
    {IFLA_BROADCAST, "broadcast", Kind::hardware},
    {IFLA_IFNAME, "name", Kind::string, nullptr, kLongestName},
    {IFLA_MTU, "mtu", Kind::u32},
    {IFLA_LINK, "link", Kind::u32},  // interface index of the parent or, for a veth, of the peer
    {IFLA_QDISC, "qdisc", Kind::string},
    {IFLA_MASTER, "master", Kind::u32},  // interface index; 0 releases
    {.type = IFLA_PROTINFO,
     .name = "protocolInfo",
     .kind = Kind::selected,
     .selector = "family",
     .choices = kProtocolInfo},
    {IFLA_TXQLEN, "txQueueLength", Kind::u32},
    {IFLA_OPERSTATE, "operState", Kind::u8},  // IF_OPER_*
    {IFLA_LINKMODE, "linkMode", Kind::u8},
    {IFLA_LINKINFO, "info", Kind::nest, &kInfo},
    {IFLA_NET_NS_PID, "netnsPid", Kind::u32},
    {IFLA_IFALIAS, "alias", Kind::string, nullptr, kLongestAlias},
    {IFLA_STATS64, "stats64", Kind::record, &linkStats64Schema},
    // Not in a message that creates a link, which has no address families yet (EAFNOSUPPORT).
    {.type = IFLA_AF_SPEC, .name = "afSpec", .kind = Kind::selected, .selector = "family", .choices = kFamilySpec},
    {IFLA_GROUP, "group", Kind::u32},
    {IFLA_NET_NS_FD, "netnsFd", Kind::u32},
    {IFLA_EXT_MASK, "extMask", Kind::u32},  // RTEXT_FILTER_*: what a listing should include or leave out
    {IFLA_PROMISCUITY, "promiscuity", Kind::u32},
    {IFLA_NUM_TX_QUEUES, "numTxQueues", Kind::u32},
    {IFLA_NUM_RX_QUEUES, "numRxQueues", Kind::u32},
    {IFLA_CARRIER, "carrier", Kind::u8},
    {IFLA_CARRIER_CHANGES, "carrierChanges", Kind::u32},
    {IFLA_LINK_NETNSID, "linkNetnsId", Kind::s32},  // where `link` is, if not here
    {IFLA_GSO_MAX_SEGS, "gsoMaxSegs", Kind::u32},
    {IFLA_GSO_MAX_SIZE, "gsoMaxSize", Kind::u32},
    {IFLA_EVENT, "event", Kind::u32},             // IFLA_EVENT_*: why the kernel sent this notification
    {IFLA_NEW_NETNSID, "newNetnsId", Kind::s32},  // in a deletion: where the link went
    {IFLA_TARGET_NETNSID, "targetNetnsId", Kind::s32},
    {IFLA_CARRIER_UP_COUNT, "carrierUpCount", Kind::u32},
    {IFLA_CARRIER_DOWN_COUNT, "carrierDownCount", Kind::u32},
    {IFLA_NEW_IFINDEX, "newIfindex", Kind::s32},  // its index in the namespace to which it is moved
    {IFLA_MIN_MTU, "minMtu", Kind::u32},
    {IFLA_MAX_MTU, "maxMtu", Kind::u32},
    {IFLA_PROP_LIST, "altNames", Kind::list, &kAlternativeNames},
    {IFLA_ALT_IFNAME, "altName", Kind::string, nullptr, kLongestAlternativeName},  // by which a request finds its link
    {IFLA_PERM_ADDRESS, "permAddress", Kind::hardware},
    {IFLA_GRO_MAX_SIZE, "groMaxSize", Kind::u32},
    {IFLA_TSO_MAX_SIZE, "tsoMaxSize", Kind::u32},
    {IFLA_TSO_MAX_SEGS, "tsoMaxSegs", Kind::u32},
    {IFLA_ALLMULTI, "allMulticast", Kind::u32},
};

}  // namespace

constinit const Schema linkSchema{"link", sizeof(ifinfomsg), kHeader, kFields};

}  // namespace netplumb
