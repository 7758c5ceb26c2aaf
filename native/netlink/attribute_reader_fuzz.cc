#include <linux/netlink.h>

#include "netlink/attribute_reader.h"
#include "netlink/fuzz_codec.h"

using netplumb::fuzzing::require;

/// Attributes follow each other without overlap, inside the bytes, and tell the truth about their place.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  netplumb::AttributeReader reader({data, size});
  size_t end = 0;
  while (const auto attribute = reader.next()) {
    require(attribute->offset == NLA_ALIGN(end));
    end = attribute->offset + NLA_HDRLEN + attribute->payload.size();
    require(end <= size && attribute->payload.data() == data + attribute->offset + NLA_HDRLEN);
  }
  require(reader.malformed() || NLA_ALIGN(end) >= size);
  return 0;
}
