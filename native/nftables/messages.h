#pragma once

#include <cstdint>
#include <span>

#include "netlink/schema.h"

namespace netplumb {

/// The message of that number, which has nfnetlink's number of nf_tables in its upper byte (that of no rtnetlink
/// message is); nullptr for one that no table describes.
const MessageType* findFirewallMessage(uint16_t number);

/// Every message of nf_tables that a table describes.
std::span<const MessageType> allFirewallMessages();

}  // namespace netplumb
