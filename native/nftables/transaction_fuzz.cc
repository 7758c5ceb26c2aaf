#include "netlink/codec.h"
#include "netlink/fake_kernel.h"
#include "netlink/fuzz_codec.h"
#include "nftables/messages.h"
#include "nftables/transaction.h"

using netplumb::fuzzing::require;

/// How many requests there are, and what the kernel says to them: datagrams behind their length in two bytes. Either
/// every request has its answer, or all are refused, or the conversation is broken; it never waits for more.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  netplumb::testing::FakeKernel kernel;
  netplumb::Socket socket = kernel.socket();
  std::span<const uint8_t> script{data + 1, size - 1};
  while (script.size() >= 2) {
    const size_t length = std::min(netplumb::fuzzing::takeNumber(script), script.size());
    kernel.say(netplumb::testing::Datagram(script.begin(), script.begin() + static_cast<std::ptrdiff_t>(length)));
    script = script.subspan(length);
  }
  const netplumb::MessageType& type = netplumb::allFirewallMessages().front();
  auto message = encode(type, 0, netplumb::Value::Object{{"name", "t"}});
  require(message.ok());
  std::vector<netplumb::Request> requests(1 + data[0] % 20, {*message, &type});
  std::vector<uint8_t> buffer(512);
  const auto answers = transact(socket, requests, std::nullopt, buffer);
  if (answers) {
    require(answers->size() == requests.size());
  } else {
    require(answers.error().number == EBADMSG || refusesTransaction(answers.error()));
  }
  return 0;
}
