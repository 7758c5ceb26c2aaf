#include <linux/netfilter/nf_tables.h>

#include "nftables/golden.h"

namespace netplumb::testing {

namespace {

// $ nft list maps
// table inet t {
//   map m {
//     type inet_service : ipv4_addr
const std::string kUserData =
    "00 04 02 00 00 00 "  // NFTNL_UDATA_SET_KEYBYTEORDER big endian
    "01 04 02 00 00 00 "  // NFTNL_UDATA_SET_DATABYTEORDER big endian
    "06 04 00 00 00 00";  // NFTNL_UDATA_SET_DATA_INTERVAL no
const Bytes kListed =
    hex("01 00 00 05 "                          // NFPROTO_INET, version 0, generation 5
        "06 00 01 00 74 00 00 00 "              // NFTA_SET_TABLE "t"
        "06 00 02 00 6d 00 00 00 "              // NFTA_SET_NAME "m"
        "0c 00 10 00 00 00 00 00 00 00 00 03 "  // NFTA_SET_HANDLE 3
        "08 00 03 00 00 00 00 08 "              // NFTA_SET_FLAGS NFT_SET_MAP
        "08 00 04 00 00 00 00 0d "              // NFTA_SET_KEY_TYPE inet_service
        "08 00 05 00 00 00 00 02 "              // NFTA_SET_KEY_LEN 2
        "08 00 06 00 00 00 00 07 "              // NFTA_SET_DATA_TYPE ipv4_addr
        "08 00 07 00 00 00 00 04 "              // NFTA_SET_DATA_LEN 4
        "16 00 0d 00 " +
        kUserData +
        "00 00 "                                                                    // NFTA_SET_USERDATA
        "04 00 09 00 "                                                              // NFTA_SET_DESC: nothing
        "17 00 13 00 30 78 66 66 66 66 66 66 66 66 38 32 35 30 37 66 34 30 00 00 "  // NFTA_SET_TYPE
        "08 00 14 00 00 00 00 01 "                                                  // NFTA_SET_COUNT 1
    );

// $ nft flush ruleset
const Bytes kDeleted =
    hex("01 00 00 07 "                          // NFPROTO_INET, version 0, generation 7
        "06 00 01 00 74 00 00 00 "              // NFTA_SET_TABLE "t"
        "06 00 02 00 6d 00 00 00 "              // NFTA_SET_NAME "m"
        "0c 00 10 00 00 00 00 00 00 00 00 03 "  // NFTA_SET_HANDLE 3
    );

}  // namespace

TEST_CASE("a map is read") {
  checkReads(NFT_MSG_GETSET, kListed,
             Object{{"family", 1},
                    {"table", "t"},
                    {"name", "m"},
                    {"handle", uint64_t{3}},
                    {"flags", NFT_SET_MAP},
                    {"keyType", 13},
                    {"keyLength", 2},
                    {"dataType", 7},
                    {"dataLength", 4},
                    {"userData", hex(kUserData)}});
}

TEST_CASE("a map that is deleted") {
  checkReads(NFT_MSG_DELSET, kDeleted, Object{{"family", 1}, {"table", "t"}, {"name", "m"}, {"handle", uint64_t{3}}});
}

}  // namespace netplumb::testing
