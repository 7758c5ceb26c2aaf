#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "netlink/test_support.h"
#include "rtnetlink/messages.h"

// For tests only: messages captured from ip, bridge and the kernel, and what they mean. Sequence number and port, which
// differ from run to run, are zeros.

namespace netplumb::testing {

inline nlmsghdr headerOf(const Bytes& message) {
  nlmsghdr header;
  REQUIRE(message.size() >= sizeof header);
  std::memcpy(&header, message.data(), sizeof header);
  REQUIRE(header.nlmsg_len == message.size());
  return header;
}

inline const MessageType& typeOf(const Bytes& message) {
  const MessageType* type = findMessage(headerOf(message).nlmsg_type);
  REQUIRE(type != nullptr);
  return *type;
}

inline std::span<const uint8_t> payloadOf(const Bytes& message) { return std::span(message).subspan(NLMSG_HDRLEN); }

/// Whatever is done to a payload, it is either understood or refused as malformed.
inline void checkSoundOrMalformed(const Schema& schema, std::span<const uint8_t> payload) {
  const auto decoded = decodeCopy(schema, payload);
  if (!decoded) CHECK(decoded.error().number == EBADMSG);
}

/// `message` decodes to `body`. Cut short at any byte, or with any byte replaced, it is never read beyond its end.
inline void checkDecodes(const Bytes& message, const Value& body) {
  const Schema& schema = *typeOf(message).body;
  const auto payload = payloadOf(message);
  const auto decoded = decodeCopy(schema, payload);
  REQUIRE_MESSAGE(decoded.ok(), decoded.error().attribute, ": ", decoded.error().message);
  CHECK(*decoded == body);

  for (size_t length = 0; length < payload.size(); ++length) checkSoundOrMalformed(schema, payload.first(length));
  Bytes damaged(payload.begin(), payload.end());
  for (size_t at = 0; at < damaged.size(); ++at) {
    for (const uint8_t replacement : {0x00, 0x01, 0xff}) {
      const uint8_t original = std::exchange(damaged[at], replacement);
      checkSoundOrMalformed(schema, damaged);
      damaged[at] = original;
    }
  }
}

/// `body` encodes to `message`, with the flags of its header.
inline void checkEncodes(const Bytes& message, const Value& body) {
  const auto encoded = encode(typeOf(message), headerOf(message).nlmsg_flags, body);
  REQUIRE_MESSAGE(encoded.ok(), encoded.error().attribute, ": ", encoded.error().message);
  CHECK(hexText(*encoded) == hexText(message));
}

}  // namespace netplumb::testing
