#include "netlink/fuzz_codec.h"
#include "records/packed.h"

using netplumb::fuzzing::require;

/// Bytes that are read as a value are read as the same again when that is written. It may take other bytes: a text that
/// is an address, written out.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::u16string_view kKey = u"6630835f7f6546a2 web";
  if (const auto json = netplumb::unpackJson({data, size}, kKey)) {
    const auto packed = netplumb::packJson(std::u16string(json->begin(), json->end()), kKey);
    require(packed.has_value());
    const std::vector<uint8_t> bytes(packed->begin(), packed->end());
    require(netplumb::unpackJson(bytes, kKey) == json);
  }
  return 0;
}
