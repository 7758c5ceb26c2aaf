#include "nftables/messages.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <algorithm>

#include "nftables/schemas.h"

namespace netplumb {

namespace {

constexpr MessageType message(uint16_t number, std::string_view name, const Schema* body) {
  return {static_cast<uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | number), name, body, NETLINK_NETFILTER};
}

constexpr MessageType kMessages[] = {
    message(NFT_MSG_GETTABLE, "NFT_MSG_GETTABLE", &tableSchema),
    message(NFT_MSG_DELTABLE, "NFT_MSG_DELTABLE", &tableSchema),
    message(NFT_MSG_GETCHAIN, "NFT_MSG_GETCHAIN", &chainSchema),
    message(NFT_MSG_DELCHAIN, "NFT_MSG_DELCHAIN", &chainSchema),
    message(NFT_MSG_GETRULE, "NFT_MSG_GETRULE", &tableRuleSchema),
    message(NFT_MSG_DELRULE, "NFT_MSG_DELRULE", &tableRuleSchema),
    message(NFT_MSG_GETSET, "NFT_MSG_GETSET", &setSchema),
    message(NFT_MSG_DELSET, "NFT_MSG_DELSET", &setSchema),
    message(NFT_MSG_NEWSETELEM, "NFT_MSG_NEWSETELEM", &elementsSchema),
    message(NFT_MSG_GETSETELEM, "NFT_MSG_GETSETELEM", &elementsSchema),
    message(NFT_MSG_DELSETELEM, "NFT_MSG_DELSETELEM", &elementsSchema),
    message(NFT_MSG_NEWGEN, "NFT_MSG_NEWGEN", &generationSchema),
    message(NFT_MSG_GETGEN, "NFT_MSG_GETGEN", &generationSchema),
};

}  // namespace

const MessageType* findFirewallMessage(uint16_t number) {
  const auto* found = std::find_if(std::begin(kMessages), std::end(kMessages),
                                   [number](const MessageType& type) { return type.number == number; });
  return found == std::end(kMessages) ? nullptr : found;
}

std::span<const MessageType> allFirewallMessages() { return kMessages; }

}  // namespace netplumb
