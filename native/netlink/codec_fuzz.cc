#include "netlink/fuzz_codec.h"
#include "netlink/test_schema.h"

/// A payload of a table with every kind of attribute.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  netplumb::fuzzing::checkDecode(netplumb::testing::kAllKinds, {data, size});
  return 0;
}
