#include "netlink/fuzz_codec.h"
#include "rtnetlink/messages.h"

/// Two bytes of offset, as an extended acknowledgement has it, then the message that it is about.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::span<const uint8_t> message{data, size};
  const size_t offset = netplumb::fuzzing::takeNumber(message);
  if (message.size() < NLMSG_HDRLEN) return 0;
  const auto* type = netplumb::findMessage(static_cast<uint16_t>(message[4] | message[5] << 8));
  if (type != nullptr) netplumb::fuzzing::checkPath(*type->body, message, offset);
  return 0;
}
