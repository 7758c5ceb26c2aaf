#include "netlink/fuzz_codec.h"
#include "netlink/text_address.h"

using netplumb::fuzzing::require;

/// What is taken for an address, written out, is taken for the same address.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  if (const auto ip = netplumb::parseIp(text)) {
    const auto written = netplumb::formatIp(*ip);
    require(written && netplumb::parseIp(*written) == ip);
  }
  if (const auto hardware = netplumb::parseHardware(text)) {
    require(netplumb::parseHardware(netplumb::formatHardware(*hardware)) == hardware);
  }
  return 0;
}
