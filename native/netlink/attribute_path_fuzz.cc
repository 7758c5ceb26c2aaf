#include "netlink/fuzz_codec.h"
#include "netlink/test_schema.h"

/// Two bytes of offset, then a message of a table with every kind of attribute.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::span<const uint8_t> message{data, size};
  const size_t offset = netplumb::fuzzing::takeNumber(message);
  netplumb::fuzzing::checkPath(netplumb::testing::allKinds, message, offset);
  return 0;
}
