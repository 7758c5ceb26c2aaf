#pragma once

#include <cstdint>
#include <vector>

#include "netlink/schema.h"

namespace netplumb {

/// The message of that number, of whatever protocol: no two that the core describes share one. nullptr for one that no
/// table describes.
const MessageType* knownMessage(uint32_t number);

/// Every message that a table describes.
std::vector<MessageType> knownMessages();

}  // namespace netplumb
