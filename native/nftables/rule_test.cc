#include <linux/netfilter/nf_tables.h>

#include "nftables/golden.h"

namespace netplumb::testing {

namespace {

const std::string kMeta =
    "08 00 02 00 00 00 00 07 "   // NFTA_META_KEY NFT_META_OIFNAME
    "08 00 01 00 00 00 00 01 ";  // NFTA_META_DREG NFT_REG_1
const std::string kCompare =
    "08 00 01 00 00 00 00 01 "                                                   // NFTA_CMP_SREG NFT_REG_1
    "08 00 02 00 00 00 00 00 "                                                   // NFTA_CMP_OP NFT_CMP_EQ
    "18 00 03 00 14 00 01 00 6c 6f 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ";  // NFTA_CMP_DATA "lo"
const std::string kImmediate =
    "08 00 01 00 00 00 00 00 "                           // NFTA_IMMEDIATE_DREG NFT_REG_VERDICT
    "10 00 02 00 0c 00 02 00 08 00 01 00 00 00 00 00 ";  // NFTA_IMMEDIATE_DATA: NF_DROP

// $ nft list table inet t
// table inet t {
//   chain c {
//     ip saddr 10.0.0.1 accept
//     oifname "lo" drop comment "no"
const std::string kExpressions =
    "90 00 04 00 "  // NFTA_RULE_EXPRESSIONS:
    "24 00 01 00 09 00 01 00 6d 65 74 61 00 00 00 00 14 00 02 00 " +
    kMeta +                                                                                   // "meta"
    "38 00 01 00 08 00 01 00 63 6d 70 00 2c 00 02 00 " + kCompare +                           // "cmp"
    "30 00 01 00 0e 00 01 00 69 6d 6d 65 64 69 61 74 65 00 00 00 1c 00 02 00 " + kImmediate;  // "immediate"
// NFTA_RULE_USERDATA: NFTNL_UDATA_RULE_COMMENT, 3 bytes: "no"
const std::string kUserData = "09 00 07 00 00 03 6e 6f 00 00 00 00 ";
const Bytes kListed =
    hex("01 00 00 02 "                          // NFPROTO_INET, version 0, generation 2
        "06 00 01 00 74 00 00 00 "              // NFTA_RULE_TABLE "t"
        "06 00 02 00 63 00 00 00 "              // NFTA_RULE_CHAIN "c"
        "0c 00 03 00 00 00 00 00 00 00 00 04 "  // NFTA_RULE_HANDLE 4
        "0c 00 06 00 00 00 00 00 00 00 00 03 "  // NFTA_RULE_POSITION 3
        + kExpressions + kUserData);

// $ nft delete table inet t
const Bytes kDeleted =
    hex("01 00 00 03 "                          // NFPROTO_INET, version 0, generation 3
        "06 00 01 00 74 00 00 00 "              // NFTA_RULE_TABLE "t"
        "06 00 02 00 63 00 00 00 "              // NFTA_RULE_CHAIN "c"
        "0c 00 03 00 00 00 00 00 00 00 00 04 "  // NFTA_RULE_HANDLE 4
        + kExpressions + kUserData);

const Value expressions() {
  return List{Object{{"name", "meta"}, {"data", hex(kMeta)}}, Object{{"name", "cmp"}, {"data", hex(kCompare)}},
              Object{{"name", "immediate"}, {"data", hex(kImmediate)}}};
}

}  // namespace

TEST_CASE("a rule is read, with its expressions and the comment that nft has given it") {
  checkReads(NFT_MSG_GETRULE, kListed,
             Object{{"family", 1},
                    {"table", "t"},
                    {"chain", "c"},
                    {"handle", uint64_t{4}},
                    {"position", uint64_t{3}},
                    {"expressions", expressions()},
                    {"userData", hex("00 03 6e 6f 00")}});
}

TEST_CASE("a rule that is deleted") {
  checkReads(NFT_MSG_DELRULE, kDeleted,
             Object{{"family", 1},
                    {"table", "t"},
                    {"chain", "c"},
                    {"handle", uint64_t{4}},
                    {"expressions", expressions()},
                    {"userData", hex("00 03 6e 6f 00")}});
}

}  // namespace netplumb::testing
