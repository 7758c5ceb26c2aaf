#pragma once

#include <cerrno>

#include "netlink/random_value.h"
#include "netlink/test_support.h"

// For tests only.

namespace netplumb::testing {

/// Whatever the tables of these messages can say decodes to itself, and cut short anywhere never to nonsense.
inline void checkRoundTrips(std::span<const MessageType> messages, uint64_t seed) {
  constexpr int kRounds = 100;
  RandomValue random(seed);
  for (const MessageType& type : messages) {
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
