#include <unistd.h>

#include "engine/subscription.h"
#include "netlink/fake_kernel.h"
#include "netlink/fuzz_codec.h"
#include "rtnetlink/messages.h"

using netplumb::fuzzing::require;

/// Datagrams behind their length in two bytes: what is sound in them is told and can be read or refused, and the
/// subscription goes on.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  size_t told = 0;
  auto subscription = netplumb::Subscription::open({NETLINK_ROUTE, {}}, [&](netplumb::Notifications news) {
    require(!news.ended && (news.lost || !news.messages.empty()));
    told += news.messages.size();
    for (const auto& message : news.messages) {
      const netplumb::MessageType* type = netplumb::findMessage(message.type);
      if (type != nullptr) (void)decode(*type->body, message.payload);
    }
  });
  require(subscription.ok());
  netplumb::testing::FakeKernel kernel;
  const netplumb::Socket other = kernel.socket();
  require(dup2(other.fd(), (*subscription)->fd()) >= 0);

  std::span<const uint8_t> script{data, size};
  while (script.size() >= 2) {
    const size_t length = std::min(netplumb::fuzzing::takeNumber(script), script.size());
    kernel.say(netplumb::testing::Datagram(script.begin(), script.begin() + static_cast<std::ptrdiff_t>(length)));
    script = script.subspan(length);
  }
  std::vector<uint8_t> buffer(512);
  require((*subscription)->ready(buffer));
  require(told <= size / NLMSG_HDRLEN);
  return 0;
}
