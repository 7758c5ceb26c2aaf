#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "netlink/request.h"
#include "netlink/result.h"

namespace netplumb {

/// One message inside a datagram from the kernel.
struct Reply {
  uint16_t type;
  uint16_t flags;
  uint32_t sequence;
  uint32_t port;
  std::span<const uint8_t> payload;
};

/// Walks the messages of one datagram and cannot leave it; `malformed` tells that the rest made no sense.
class ReplyReader {
 public:
  explicit ReplyReader(std::span<const uint8_t> datagram) : datagram_(datagram) {}
  std::optional<Reply> next();
  bool malformed() const { return malformed_; }

 private:
  std::span<const uint8_t> datagram_;
  bool malformed_ = false;
};

/// What a final reply says of the request it answers: Done, or the kernel's error with its text and the attribute it
/// points at. Final are NLMSG_ERROR, which also acknowledges, and NLMSG_DONE, which ends a dump. EBADMSG: it made no
/// sense; but a malformed extended acknowledgement never hides the errno.
Status verdict(const Reply& reply, const Request& request);

}  // namespace netplumb
