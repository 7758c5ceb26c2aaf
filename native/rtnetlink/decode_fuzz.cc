#include "netlink/fuzz_codec.h"
#include "rtnetlink/messages.h"

/// A byte that selects the message, then its payload.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto messages = netplumb::allMessages();
  if (size == 0) return 0;
  netplumb::fuzzing::checkDecode(messages[data[0] % messages.size()], {data + 1, size - 1});
  return 0;
}
