#include <netinet/in.h>

#include "conntrack/entry.h"
#include "conntrack/flush.h"
#include "conntrack/selection.h"
#include "netlink/fuzz_codec.h"

using netplumb::fuzzing::require;

/// A listed connection. Whatever is taken for one is whole, lies inside the bytes, and can be asked to be forgotten: by
/// its own first direction, never by none, which would mean all there are.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto entry = netplumb::readEntry({data, size});
  if (!entry) return 0;
  const size_t addressLength = entry->family == AF_INET ? 4 : 16;
  for (const netplumb::Direction* direction : {&entry->original, &entry->reply}) {
    for (const auto address : {direction->source, direction->destination}) {
      require(address.size() == addressLength && address.data() >= data &&
              address.data() + address.size() <= data + size);
    }
  }
  require(!entry->originalTuple.empty() && entry->id.size() == 4);
  const std::vector<uint8_t> deletion = netplumb::deletionOf(*entry);
  require(deletion.size() >= 20 + 4 + entry->originalTuple.size() + 8);
  const std::vector<uint8_t> address(entry->reply.source.begin(), entry->reply.source.end());
  require(netplumb::ConnectionSelection({{}, {address}, {}}).contains(*entry));
  require(!netplumb::ConnectionSelection({{}, {}, {address}}).contains(*entry));
  return 0;
}
