#include "engine/plan_json.h"
#include "netlink/fuzz_codec.h"

using netplumb::fuzzing::require;

/// Whatever is taken for plans or refused, memory stays whole, and who is refused is told why.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto plans = netplumb::plansFromJson({reinterpret_cast<const char*>(data), size});
  if (!plans) require(plans.error().number != 0 && plans.error().operation == "encode");
  return 0;
}
