// What an endpoint is told beside its links, one request each. Addresses are IPv4, in the host's byte order.
#pragma once

#include <array>
#include <cstdint>

#include "netlink.h"

namespace netplumb::bench {

using Mac = std::array<uint8_t, 6>;

/** Of a network of 16 bits. */
void addAddress(Batch& batch, int device, uint32_t address);

void addDefaultRoute(Batch& batch, int device, uint32_t gateway);

/** As one that was learned elsewhere: the kernel neither counts such an entry nor throws it away. */
void addNeighbour(Batch& batch, int device, uint32_t address, const Mac& mac);

/** Of the bridge of `port`: static, and it stays whatever comes from elsewhere in its name. */
void addForwardingEntry(Batch& batch, int port, const Mac& mac);

}  // namespace netplumb::bench
