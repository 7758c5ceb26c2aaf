#include <linux/netfilter/nf_tables.h>

#include "nftables/golden.h"

namespace netplumb::testing {

namespace {

// $ nft 'table inet t { comment "rev 1"; set s { … }; map m { … }; set i { … }; chain c { … }; }'
// $ nft list tables
// table inet t
const Bytes kListed =
    hex("01 00 00 05 "                          // NFPROTO_INET, version 0, generation 5
        "06 00 01 00 74 00 00 00 "              // NFTA_TABLE_NAME "t"
        "08 00 03 00 00 00 00 04 "              // NFTA_TABLE_USE 4
        "0c 00 04 00 00 00 00 00 00 00 00 01 "  // NFTA_TABLE_HANDLE 1
        "08 00 02 00 00 00 00 00 "              // NFTA_TABLE_FLAGS none
        "0c 00 06 00 "                          // NFTA_TABLE_USERDATA:
        "00 06 72 65 76 20 31 00 "              // NFTNL_UDATA_TABLE_COMMENT, 6 bytes: "rev 1"
    );

// $ nft flush ruleset
const Bytes kDeleted =
    hex("01 00 00 07 "                          // NFPROTO_INET, version 0, generation 7
        "06 00 01 00 74 00 00 00 "              // NFTA_TABLE_NAME "t"
        "08 00 03 00 00 00 00 00 "              // NFTA_TABLE_USE 0
        "0c 00 04 00 00 00 00 00 00 00 00 01 "  // NFTA_TABLE_HANDLE 1
    );

// $ nft --debug=mnl delete table inet t
const Bytes kDelete =
    hex("01 00 00 00 "              // NFPROTO_INET
        "06 00 01 00 74 00 00 00 "  // NFTA_TABLE_NAME "t"
    );

}  // namespace

TEST_CASE("a table is read, with the comment that nft has given it") {
  checkReads(NFT_MSG_GETTABLE, kListed,
             Object{{"family", 1},
                    {"name", "t"},
                    {"use", 4},
                    {"handle", uint64_t{1}},
                    {"flags", 0},
                    {"userData", hex("00 06 72 65 76 20 31 00")}});
}

TEST_CASE("a table that is deleted") {
  checkReads(NFT_MSG_DELTABLE, kDeleted, Object{{"family", 1}, {"name", "t"}, {"use", 0}, {"handle", uint64_t{1}}});
  checkWrites(NFT_MSG_DELTABLE, kDelete, Object{{"family", 1}, {"name", "t"}});
}

}  // namespace netplumb::testing
