#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace netplumb {

/// One direction of a tracked connection, as its first packet would be seen; inside the bytes it was read from.
struct Direction {
  std::span<const uint8_t> source;       ///< 4 or 16 bytes in network order
  std::span<const uint8_t> destination;  ///< as many
  uint8_t protocol = 0;                  ///< IPPROTO_*
  uint16_t destinationPort = 0;          ///< 0 for a protocol without ports
};

/// An entry of the kernel's table of connections.
struct Entry {
  uint8_t family;      ///< AF_INET or AF_INET6
  Direction original;  ///< as the connection was begun
  Direction reply;     ///< as answers arrive: network address translation has changed it
  /// Attributes by which the kernel finds it again: CTA_TUPLE_ORIG, CTA_ID and CTA_ZONE, as it wrote them. The last may
  /// be empty.
  std::span<const uint8_t> originalTuple;
  std::span<const uint8_t> id;
  std::span<const uint8_t> zone;
};

/// Reads the payload of a message IPCTNL_MSG_CT_NEW. Nothing when it makes no sense, or when it has no number of its
/// own (CTA_ID) by which a later one with the same addresses could be told from it.
std::optional<Entry> readEntry(std::span<const uint8_t> payload);

}  // namespace netplumb
