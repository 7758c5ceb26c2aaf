#include <linux/netfilter/nf_tables.h>

#include "nftables/golden.h"

namespace netplumb::testing {

namespace {

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

// $ nft flush ruleset
const Bytes kDeleted =
    hex("01 00 00 07 "                          // NFPROTO_INET, version 0, generation 7
        "06 00 01 00 74 00 00 00 "              // NFTA_CHAIN_TABLE "t"
        "06 00 03 00 63 00 00 00 "              // NFTA_CHAIN_NAME "c"
        "0c 00 02 00 00 00 00 00 00 00 00 01 "  // NFTA_CHAIN_HANDLE 1
    );

}  // namespace

TEST_CASE("a base chain is read") {
  const Value hook(Object{{"number", Value(2)}, {"priority", Value(0xfffffffb)}});
  checkReads(
      NFT_MSG_GETCHAIN, kListed,
      Object{
          {"family", 2}, {"table", "filter"}, {"name", "FORWARD"}, {"hook", hook}, {"policy", 0}, {"type", "filter"}});
}

TEST_CASE("a chain that is deleted") {
  checkReads(NFT_MSG_DELCHAIN, kDeleted, Object{{"family", 1}, {"table", "t"}, {"name", "c"}});
}

}  // namespace netplumb::testing
