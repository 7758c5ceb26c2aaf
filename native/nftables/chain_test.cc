#include <linux/netlink.h>

#include "netlink/test_result.h"
#include "nftables/messages.h"
#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

constexpr uint16_t kGetChain = 10 << 8 | 4;

// $ nft add chain ip filter FORWARD '{ type filter hook forward priority -5; policy drop; }'
// $ nft list chains
// table ip filter {
//   chain FORWARD {
//     type filter hook forward priority filter - 5; policy drop;
const Bytes kListed =
    hex("02 00 00 03 "                                                  // NFPROTO_IPV4, version 0, generation 3
        "0b 00 01 00 66 69 6c 74 65 72 00 00 "                          // NFTA_CHAIN_TABLE "filter"
        "0c 00 03 00 46 4f 52 57 41 52 44 00 "                          // NFTA_CHAIN_NAME "FORWARD"
        "0c 00 02 00 00 00 00 00 00 00 00 01 "                          // NFTA_CHAIN_HANDLE 1
        "14 00 04 00 08 00 01 00 00 00 00 02 08 00 02 00 ff ff ff fb "  // NFTA_CHAIN_HOOK: forward, priority -5
        "08 00 05 00 00 00 00 00 "                                      // NFTA_CHAIN_POLICY NF_DROP
        "0b 00 07 00 66 69 6c 74 65 72 00 00 "                          // NFTA_CHAIN_TYPE "filter"
        "08 00 0a 00 00 00 00 01 "                                      // NFTA_CHAIN_FLAGS NFT_CHAIN_BASE
        "08 00 06 00 00 00 00 00 "                                      // NFTA_CHAIN_USE 0
    );

const Schema& schema() {
  const MessageType* type = findFirewallMessage(kGetChain);
  REQUIRE(type != nullptr);
  return *type->body;
}

}  // namespace

TEST_CASE("a base chain is read") {
  const Value hook(Value::Object{{"number", Value(2)}, {"priority", Value(0xfffffffb)}});
  CHECK(must(decodeCopy(schema(), kListed)) == Value(Value::Object{{"family", Value(2)},
                                                                   {"table", Value("filter")},
                                                                   {"name", Value("FORWARD")},
                                                                   {"hook", hook},
                                                                   {"policy", Value(0)},
                                                                   {"type", Value("filter")}}));
}

TEST_CASE("a chain that is cut short or damaged is never read beyond its end") {
  for (size_t length = 0; length < kListed.size(); ++length) {
    checkSoundOrMalformed(schema(), std::span(kListed).first(length));
  }
  Bytes damaged = kListed;
  for (size_t at = 0; at < damaged.size(); ++at) {
    for (const uint8_t replacement : {0x00, 0x01, 0xff}) {
      const uint8_t original = std::exchange(damaged[at], replacement);
      checkSoundOrMalformed(schema(), damaged);
      damaged[at] = original;
    }
  }
}

}  // namespace netplumb::testing
