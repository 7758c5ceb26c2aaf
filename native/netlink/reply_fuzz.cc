#include "netlink/fuzz_codec.h"
#include "netlink/reply.h"
#include "netlink/test_schema.h"

using netplumb::fuzzing::require;

namespace {

/// What the replies are supposed to answer.
const netplumb::Request& request() {
  static const netplumb::Request kRequest = [] {
    const netplumb::Value inside = netplumb::Value::Object{{"number", 1}};
    auto message = encode(netplumb::testing::kAllKinds, 0, netplumb::Value::Object{{"u8", 1}, {"nest", inside}});
    require(message.ok());
    return netplumb::Request{std::move(*message), &netplumb::testing::kAllKinds};
  }();
  return kRequest;
}

}  // namespace

/// A datagram: its messages lie inside it, and as the end of a request each means success or an errno.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  netplumb::ReplyReader reader({data, size});
  const uint8_t* end = data;
  while (const auto reply = reader.next()) {
    require(reply->payload.data() >= end + NLMSG_HDRLEN);
    end = reply->payload.data() + reply->payload.size();
    require(end <= data + size);
    const auto verdict = netplumb::verdict(*reply, request());
    if (!verdict) require(verdict.error().number > 0 && verdict.error().operation == "TEST");
  }
  return 0;
}
