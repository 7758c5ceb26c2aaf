#include "nftables/messages.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>

#include "nftables/schemas.h"

namespace netplumb {

namespace {

constexpr uint16_t numberOf(uint16_t message) { return NFNL_SUBSYS_NFTABLES << 8 | message; }

constexpr MessageType kMessages[] = {
    {numberOf(NFT_MSG_GETCHAIN), "NFT_MSG_GETCHAIN", &chainSchema},
};

}  // namespace

const MessageType* findFirewallMessage(uint16_t number) {
  const auto* found = std::find_if(std::begin(kMessages), std::end(kMessages),
                                   [number](const MessageType& type) { return type.number == number; });
  return found == std::end(kMessages) ? nullptr : found;
}

std::span<const MessageType> allFirewallMessages() { return kMessages; }

}  // namespace netplumb
