#include "netlink/fuzz_codec.h"
#include "nftables/messages.h"

/// A byte that selects the message, then its payload.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto messages = netplumb::allFirewallMessages();
  if (size == 0) return 0;
  netplumb::fuzzing::checkDecode(messages[data[0] % messages.size()], {data + 1, size - 1});
  return 0;
}
