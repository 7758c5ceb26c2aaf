#include <linux/netfilter/nf_tables.h>

#include "nftables/golden.h"

namespace netplumb::testing {

namespace {

// $ nft delete element inet t s { 10.0.0.2 . 80 }
const Bytes kNew =
    hex("00 00 00 06 "              // NFPROTO_UNSPEC, version 0, generation 6
        "08 00 01 00 00 00 00 06 "  // NFTA_GEN_ID 6
        "08 00 02 00 00 00 10 72 "  // NFTA_GEN_PROC_PID 4210
        "08 00 03 00 6e 66 74 00 "  // NFTA_GEN_PROC_NAME "nft"
    );

}  // namespace

TEST_CASE("a new generation says who made it") {
  const Value generation = Object{{"id", 6}, {"processId", 4210}, {"processName", "nft"}};
  checkReads(NFT_MSG_NEWGEN, kNew, generation);
  checkReads(NFT_MSG_GETGEN, kNew, generation);
}

TEST_CASE("the generation is asked for by nothing but its message") {
  // $ nft --debug=mnl list ruleset
  checkWrites(NFT_MSG_GETGEN, hex("00 00 00 00"), Object{});
}

}  // namespace netplumb::testing
