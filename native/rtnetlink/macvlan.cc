#include <linux/if_link.h>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

constexpr uint16_t kBroadcastCutoff = 9;  // IFLA_MACVLAN_BC_CUTOFF, Linux 6.3, newer than the oldest headers

constexpr Field kSourceAddressFields[] = {{IFLA_MACVLAN_MACADDR, "address", Kind::hardware}};
constexpr Schema kSourceAddresses{.name = "macvlan source addresses", .fields = kSourceAddressFields};

constexpr Field kFields[] = {
    {IFLA_MACVLAN_MODE, "mode", Kind::u32},                 // MACVLAN_MODE_*
    {IFLA_MACVLAN_FLAGS, "flags", Kind::u16},               // MACVLAN_FLAG_*
    {IFLA_MACVLAN_MACADDR_MODE, "addressMode", Kind::u32},  // MACVLAN_MACADDR_*: what to do with the addresses
    {IFLA_MACVLAN_MACADDR, "sourceAddress", Kind::hardware},
    {IFLA_MACVLAN_MACADDR_DATA, "sourceAddresses", Kind::list, &kSourceAddresses},
    {IFLA_MACVLAN_MACADDR_COUNT, "sourceAddressCount", Kind::u32},
    {IFLA_MACVLAN_BC_QUEUE_LEN, "broadcastQueueLength", Kind::u32},
    {IFLA_MACVLAN_BC_QUEUE_LEN_USED, "broadcastQueueLengthUsed", Kind::u32},
    {kBroadcastCutoff, "broadcastCutoff", Kind::s32},
};

}  // namespace

constinit const Schema macvlanSchema{.name = "macvlan", .fields = kFields};

}  // namespace netplumb
