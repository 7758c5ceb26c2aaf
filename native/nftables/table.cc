#include <linux/netfilter/nf_tables.h>

#include "nftables/schemas.h"

namespace netplumb {

namespace {

constexpr Field kFields[] = {
    {NFTA_TABLE_NAME, "name", Kind::string},
    {NFTA_TABLE_FLAGS, "flags", Kind::be32},  // NFT_TABLE_F_*
    {NFTA_TABLE_USE, "use", Kind::be32},      // how many chains, sets and other objects there are in it
    {NFTA_TABLE_HANDLE, "handle", Kind::be64},
    {NFTA_TABLE_USERDATA, "userData", Kind::bytes},  // nft's comment is in there
};

}  // namespace

constinit const Schema tableSchema{"firewall table", sizeof(nfgenmsg), kFirewallHeader, kFields};

}  // namespace netplumb
