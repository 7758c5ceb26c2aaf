#include "binding/messages.h"

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

}  // namespace netplumb
