#include <cerrno>

#include "netlink/test_support.h"
#include "nftables/messages.h"
#include "rtnetlink/random_value.h"

namespace netplumb::testing {

namespace {

constexpr uint64_t kSeed = 20261121;
constexpr int kRounds = 100;

}  // namespace

TEST_CASE("round trip: whatever nf_tables' tables can say decodes to itself, and cut short never to nonsense") {
  RandomValue random(kSeed);
  for (const MessageType& type : allFirewallMessages()) {
    for (int round = 0; round < kRounds; ++round) {
      const Value body = random.object(*type.body);
      INFO(type.name, " ", show(body));
      const auto message = encode(type, 0, body);
      REQUIRE_MESSAGE(message.ok(), message.error().attribute, ": ", message.error().message);
      const auto payload = std::span(*message).subspan(16);
      const auto decoded = decodeCopy(*type.body, payload);
      REQUIRE_MESSAGE(decoded.ok(), decoded.error().attribute, ": ", decoded.error().message);
      REQUIRE(*decoded == body);

      const size_t cut = payload.size() * static_cast<size_t>(round) / kRounds;
      const auto shortened = decodeCopy(*type.body, payload.first(cut));
      if (!shortened) CHECK(shortened.error().number == EBADMSG);
    }
  }
}

}  // namespace netplumb::testing
