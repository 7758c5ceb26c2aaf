#include <linux/if_link.h>

#include <cstddef>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

constexpr HeaderField kMembers[] = {
    {"rxPackets", Kind::u64, offsetof(rtnl_link_stats64, rx_packets)},
    {"txPackets", Kind::u64, offsetof(rtnl_link_stats64, tx_packets)},
    {"rxBytes", Kind::u64, offsetof(rtnl_link_stats64, rx_bytes)},
    {"txBytes", Kind::u64, offsetof(rtnl_link_stats64, tx_bytes)},
    {"rxErrors", Kind::u64, offsetof(rtnl_link_stats64, rx_errors)},
    {"txErrors", Kind::u64, offsetof(rtnl_link_stats64, tx_errors)},
    {"rxDropped", Kind::u64, offsetof(rtnl_link_stats64, rx_dropped)},
    {"txDropped", Kind::u64, offsetof(rtnl_link_stats64, tx_dropped)},
    {"multicast", Kind::u64, offsetof(rtnl_link_stats64, multicast)},
    {"collisions", Kind::u64, offsetof(rtnl_link_stats64, collisions)},
    {"rxLengthErrors", Kind::u64, offsetof(rtnl_link_stats64, rx_length_errors)},
    {"rxOverErrors", Kind::u64, offsetof(rtnl_link_stats64, rx_over_errors)},
    {"rxCrcErrors", Kind::u64, offsetof(rtnl_link_stats64, rx_crc_errors)},
    {"rxFrameErrors", Kind::u64, offsetof(rtnl_link_stats64, rx_frame_errors)},
    {"rxFifoErrors", Kind::u64, offsetof(rtnl_link_stats64, rx_fifo_errors)},
    {"rxMissedErrors", Kind::u64, offsetof(rtnl_link_stats64, rx_missed_errors)},
    {"txAbortedErrors", Kind::u64, offsetof(rtnl_link_stats64, tx_aborted_errors)},
    {"txCarrierErrors", Kind::u64, offsetof(rtnl_link_stats64, tx_carrier_errors)},
    {"txFifoErrors", Kind::u64, offsetof(rtnl_link_stats64, tx_fifo_errors)},
    {"txHeartbeatErrors", Kind::u64, offsetof(rtnl_link_stats64, tx_heartbeat_errors)},
    {"txWindowErrors", Kind::u64, offsetof(rtnl_link_stats64, tx_window_errors)},
    {"rxCompressed", Kind::u64, offsetof(rtnl_link_stats64, rx_compressed)},
    {"txCompressed", Kind::u64, offsetof(rtnl_link_stats64, tx_compressed)},
    {"rxNoHandler", Kind::u64, offsetof(rtnl_link_stats64, rx_nohandler)},
};

// The structure grows with the kernel: this much, up to rx_nohandler (Linux 4.6), every supported one has.
constexpr uint16_t kSize = offsetof(rtnl_link_stats64, rx_nohandler) + sizeof(rtnl_link_stats64::rx_nohandler);

}  // namespace

constinit const Schema linkStats64Schema{.name = "link statistics", .headerSize = kSize, .header = kMembers};

}  // namespace netplumb
