#include "engine/messages.h"

#include <errno.h>

#include <utility>

#include "netlink/codec.h"
#include "nftables/messages.h"
#include "rtnetlink/messages.h"

namespace netplumb {

const MessageType* knownMessage(uint32_t number) {
  if (number > UINT16_MAX) return nullptr;
  const MessageType* type = findMessage(static_cast<uint16_t>(number));
  return type != nullptr ? type : findFirewallMessage(static_cast<uint16_t>(number));
}

std::vector<MessageType> knownMessages() {
  std::vector<MessageType> messages(allMessages().begin(), allMessages().end());
  messages.insert(messages.end(), allFirewallMessages().begin(), allFirewallMessages().end());
  return messages;
}

Result<Request> requestOf(uint32_t number, uint16_t flags, const Value& body) {
  const MessageType* type = knownMessage(number);
  if (type == nullptr) return Error{EINVAL, "encode", "not a known message", "", std::to_string(number)};
  auto message = encode(*type, flags, body);
  if (message) return Request{std::move(*message), type};
  // Not to be taken for the kernel's refusal of the same message.
  message.error().operation = "encode";
  message.error().object = type->name;
  return message.error();
}

}  // namespace netplumb
