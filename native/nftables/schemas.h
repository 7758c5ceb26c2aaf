#pragma once

#include "netlink/schema.h"

namespace netplumb {

// Tables of nf_tables' messages, as those in rtnetlink/schemas.h.

extern const Schema chainSchema;  ///< NFT_MSG_*CHAIN: struct nfgenmsg

}  // namespace netplumb
