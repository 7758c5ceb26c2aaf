#include "netlink/fuzz_codec.h"
#include "records/packed.h"

using netplumb::fuzzing::require;

/// Whatever is taken for JSON can be read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::u16string_view kKey = u"6630835f7f6546a2 web";
  // Mostly ASCII, as JSON is: every byte a unit.
  const std::u16string json(data, data + size);
  if (const auto packed = netplumb::packJson(json, kKey)) {
    const std::vector<uint8_t> bytes(packed->begin(), packed->end());
    require(netplumb::unpackJson(bytes, kKey).has_value());
  }
  return 0;
}
