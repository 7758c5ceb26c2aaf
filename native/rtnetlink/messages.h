#pragma once

#include <cstdint>
#include <span>

#include "netlink/schema.h"

namespace netplumb {

/// The rtnetlink message of that number (RTM_NEWLINK…); nullptr for one that no table describes.
const MessageType* findMessage(uint16_t number);

/// Every rtnetlink message that a table describes.
std::span<const MessageType> allMessages();

}  // namespace netplumb
