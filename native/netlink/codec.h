#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "netlink/result.h"
#include "netlink/schema.h"
#include "netlink/value.h"

namespace netplumb {

/// How deep messages nest, in either direction. The deepest that any table describes is link.info.data.peer.info.data;
/// a veth's peer names the link table again, so only this bounds what a hostile message can ask of the stack.
constexpr int kDeepest = 16;

/// Builds the message `type` with `flags` (NLM_F_*) from an object whose members are named by the schema. Members may
/// come in any order; attributes are written in the object's order, header members into their places. EINVAL, with the
/// path of the member, for a name the schema does not know, a value of the wrong type or out of bounds.
Result<std::vector<uint8_t>> encode(const MessageType& type, uint16_t flags, const Value& body);

/// Reads a message's payload (what follows struct nlmsghdr). Attributes that the schema does not know are passed over:
/// the kernel gains some with every release. EBADMSG, with the path, for anything cut short or of the wrong length.
Result<Value> decode(const Schema& schema, std::span<const uint8_t> payload);

/// The path of the attribute whose header stands `offset` bytes from the start of `message` (a whole message with its
/// struct nlmsghdr), as extended acknowledgements point at it. Empty when there is none.
std::string attributePath(const Schema& schema, std::span<const uint8_t> message, size_t offset);

}  // namespace netplumb
