#pragma once

#include <linux/netfilter/nfnetlink.h>

#include "netlink/test_result.h"
#include "nftables/messages.h"
#include "rtnetlink/golden.h"

// For tests only: what nft and the kernel say to each other, without struct nlmsghdr, and what it means.

namespace netplumb::testing {

/// nf_tables' message of that number (NFT_MSG_*).
inline const MessageType& firewallMessage(uint16_t number) {
  const MessageType* type = findFirewallMessage(static_cast<uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | number));
  REQUIRE(type != nullptr);
  return *type;
}

/// `payload` is read as `body`. Cut short at any byte, or with any byte replaced, it is never read beyond its end.
inline void checkReads(uint16_t number, const Bytes& payload, const Value& body) {
  const Schema& schema = *firewallMessage(number).body;
  CHECK(must(decodeCopy(schema, payload)) == body);
  for (size_t length = 0; length < payload.size(); ++length) {
    checkSoundOrMalformed(schema, std::span(payload).first(length));
  }
  Bytes damaged = payload;
  for (size_t at = 0; at < damaged.size(); ++at) {
    for (const uint8_t replacement : {0x00, 0x01, 0xff}) {
      const uint8_t original = std::exchange(damaged[at], replacement);
      checkSoundOrMalformed(schema, damaged);
      damaged[at] = original;
    }
  }
}

/// `body` is written as `payload`.
inline void checkWrites(uint16_t number, const Bytes& payload, const Value& body) {
  const Bytes message = must(encode(firewallMessage(number), 0, body));
  CHECK(hexText(payloadOf(message)) == hexText(payload));
}

}  // namespace netplumb::testing
