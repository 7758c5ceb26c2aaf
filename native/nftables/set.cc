#include <linux/netfilter/nf_tables.h>

#include "nftables/schemas.h"

namespace netplumb {

namespace {

constexpr Field kFields[] = {
    {NFTA_SET_TABLE, "table", Kind::string},       {NFTA_SET_NAME, "name", Kind::string},
    {NFTA_SET_FLAGS, "flags", Kind::be32},         // NFT_SET_*
    {NFTA_SET_KEY_TYPE, "keyType", Kind::be32},    // nft's number of it; the kernel does not read it
    {NFTA_SET_KEY_LEN, "keyLength", Kind::be32},   // in bytes
    {NFTA_SET_DATA_TYPE, "dataType", Kind::be32},  // of maps: as keyType; NFT_DATA_VERDICT
    {NFTA_SET_DATA_LEN, "dataLength", Kind::be32}, {NFTA_SET_HANDLE, "handle", Kind::be64},
    {NFTA_SET_USERDATA, "userData", Kind::bytes},
};

}  // namespace

constinit const Schema setSchema{"firewall set", sizeof(nfgenmsg), kFirewallHeader, kFields};

}  // namespace netplumb
