#include "netlink/dump.h"
#include "netlink/exchange.h"
#include "netlink/fake_kernel.h"
#include "netlink/fuzz_codec.h"
#include "netlink/test_schema.h"

using netplumb::fuzzing::require;
using netplumb::testing::FakeKernel;

namespace {

netplumb::Request makeRequest() {
  auto message = encode(netplumb::testing::kAllKinds, 0, netplumb::Value::Object{{"u8", 1}});
  require(message.ok());
  return netplumb::Request{std::move(*message), &netplumb::testing::kAllKinds};
}

/// Tells the kernel what to say: datagrams behind their length in two bytes.
void prepare(FakeKernel& kernel, std::span<const uint8_t> script) {
  while (script.size() >= 2) {
    const size_t length = std::min(netplumb::fuzzing::takeNumber(script), script.size());
    kernel.say(netplumb::testing::Datagram(script.begin(), script.begin() + static_cast<std::ptrdiff_t>(length)));
    script = script.subspan(length);
  }
}

bool isRefusal(const netplumb::Error& error) { return error.number > 0 && error.operation == "TEST"; }

}  // namespace

/// How many requests are sent (0: a listing is asked for) and what the kernel says to them. Either every request has
/// its answer, or the conversation is broken; it never waits for more.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  FakeKernel kernel;
  netplumb::Socket socket = kernel.socket();
  prepare(kernel, {data + 1, size - 1});
  std::vector<uint8_t> buffer(512);
  const size_t count = data[0] % 20;
  if (count == 0) {
    netplumb::Request request = makeRequest();
    const auto listing = dump(socket, request, buffer);
    require(listing.ok() || isRefusal(listing.error()) || listing.error().number == EBADMSG);
    return 0;
  }
  std::vector<netplumb::Request> requests(count, makeRequest());
  const auto answers = exchange(socket, requests, buffer);
  if (!answers) {
    require(answers.error().number == EBADMSG);
    return 0;
  }
  require(answers->size() == count);
  for (const netplumb::Answer& answer : *answers) require(!answer.error || isRefusal(*answer.error));
  return 0;
}
