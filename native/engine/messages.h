#pragma once

#include <cstdint>
#include <vector>

#include "netlink/request.h"
#include "netlink/result.h"
#include "netlink/schema.h"
#include "netlink/value.h"

namespace netplumb {

/// The message of that number, of whatever protocol: no two that the core describes share one. nullptr for one that no
/// table describes.
const MessageType* knownMessage(uint32_t number);

/// Every message that a table describes.
std::vector<MessageType> knownMessages();

/// The message of that number with flags (NLM_F_*) and content, ready to be sent. EINVAL, EMSGSIZE (operation
/// "encode") when no table describes it, or not so.
Result<Request> requestOf(uint32_t number, uint16_t flags, const Value& body);

}  // namespace netplumb
