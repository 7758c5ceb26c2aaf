#pragma once

#include <cstdint>
#include <vector>

#include "netlink/schema.h"

namespace netplumb {

/// One whole message, ready but for its sequence number, and the table it was made from (for error paths and replies).
struct Request {
  std::vector<uint8_t> message;
  const MessageType* type;
};

}  // namespace netplumb
