#pragma once

#include <linux/netfilter/nfnetlink.h>

#include <cstddef>

#include "netlink/schema.h"

namespace netplumb {

// Tables of nf_tables' messages, as those in rtnetlink/schemas.h. Each message begins with struct nfgenmsg.

extern const Schema tableSchema;       ///< NFT_MSG_*TABLE
extern const Schema chainSchema;       ///< NFT_MSG_*CHAIN
extern const Schema tableRuleSchema;   ///< NFT_MSG_*RULE
extern const Schema setSchema;         ///< NFT_MSG_*SET
extern const Schema elementsSchema;    ///< NFT_MSG_*SETELEM
extern const Schema generationSchema;  ///< NFT_MSG_*GEN

inline constexpr HeaderField kFirewallHeader[] = {
    {"family", Kind::u8, offsetof(nfgenmsg, nfgen_family)},  // NFPROTO_*
};

}  // namespace netplumb
