#include <linux/netfilter/nf_tables.h>

#include "nftables/golden.h"

namespace netplumb::testing {

namespace {

// $ nft --debug=mnl add element inet t host_ports4 { 192.0.2.1 . tcp . 8080 : 10.1.0.2 . 80 }
const Bytes kAddByNft =
    hex("01 00 00 00 "                                                  // NFPROTO_INET
        "06 00 01 00 74 00 00 00 "                                      // NFTA_SET_ELEM_LIST_TABLE "t"
        "10 00 02 00 68 6f 73 74 5f 70 6f 72 74 73 34 00 "              // NFTA_SET_ELEM_LIST_SET "host_ports4"
        "08 00 04 00 00 00 00 08 "                                      // NFTA_SET_ELEM_LIST_SET_ID 8: not for us
        "2c 00 03 80 "                                                  // NFTA_SET_ELEM_LIST_ELEMENTS:
        "28 00 01 80 "                                                  // the first:
        "14 00 01 80 10 00 01 00 c0 00 02 01 06 00 00 00 1f 90 00 00 "  // NFTA_SET_ELEM_KEY: NFTA_DATA_VALUE
        "10 00 02 80 0c 00 01 00 0a 01 00 02 00 50 00 00 "              // NFTA_SET_ELEM_DATA: NFTA_DATA_VALUE
    );

// $ nft --debug=mnl add element inet t same4 { 10.1.0.0/16 . 10.1.0.0/16 }
const Bytes kAddRangeByNft =
    hex("01 00 00 00 "                                      // NFPROTO_INET
        "06 00 01 00 74 00 00 00 "                          // NFTA_SET_ELEM_LIST_TABLE "t"
        "0a 00 02 00 73 61 6d 65 34 00 00 00 "              // NFTA_SET_ELEM_LIST_SET "same4"
        "28 00 03 80 "                                      // NFTA_SET_ELEM_LIST_ELEMENTS:
        "24 00 01 80 "                                      // the first:
        "10 00 01 80 0c 00 01 00 0a 01 00 00 0a 01 00 00 "  // NFTA_SET_ELEM_KEY: NFTA_DATA_VALUE
        "10 00 0a 80 0c 00 01 00 0a 01 ff ff 0a 01 ff ff "  // NFTA_SET_ELEM_KEY_END: NFTA_DATA_VALUE
    );

// $ nft --debug=mnl delete element inet t s { 10.0.0.2 . 80 }
const Bytes kDeleteByNft =
    hex("01 00 00 00 "                                      // NFPROTO_INET
        "06 00 01 00 74 00 00 00 "                          // NFTA_SET_ELEM_LIST_TABLE "t"
        "06 00 02 00 73 00 00 00 "                          // NFTA_SET_ELEM_LIST_SET "s"
        "18 00 03 80 "                                      // NFTA_SET_ELEM_LIST_ELEMENTS:
        "14 00 01 80 "                                      // the first:
        "10 00 01 80 0c 00 01 00 0a 00 00 02 00 50 00 00 "  // NFTA_SET_ELEM_KEY: NFTA_DATA_VALUE
    );

// The kernel's word of it to others.
const Bytes kDeleted =
    hex("01 00 00 06 "                                      // NFPROTO_INET, version 0, generation 6
        "06 00 01 00 74 00 00 00 "                          // NFTA_SET_ELEM_LIST_TABLE "t"
        "06 00 02 00 73 00 00 00 "                          // NFTA_SET_ELEM_LIST_SET "s"
        "18 00 03 00 "                                      // NFTA_SET_ELEM_LIST_ELEMENTS:
        "14 00 01 00 "                                      // NFTA_LIST_ELEM:
        "10 00 01 00 0c 00 01 00 0a 00 00 02 00 50 00 00 "  // NFTA_SET_ELEM_KEY: NFTA_DATA_VALUE
    );

// $ nft list set inet t i
//   set i {
//     type ipv4_addr
//     flags interval
//     elements = { 10.0.0.0/8 }
const Bytes kInterval =
    hex("01 00 00 05 "                                                              // NFPROTO_INET, generation 5
        "06 00 01 00 74 00 00 00 "                                                  // NFTA_SET_ELEM_LIST_TABLE "t"
        "06 00 02 00 69 00 00 00 "                                                  // NFTA_SET_ELEM_LIST_SET "i"
        "44 00 03 00 "                                                              // NFTA_SET_ELEM_LIST_ELEMENTS:
        "18 00 01 00 0c 00 01 00 08 00 01 00 0b 00 00 00 08 00 03 00 00 00 00 01 "  // 11.0.0.0, an interval's end
        "10 00 01 00 0c 00 01 00 08 00 01 00 0a 00 00 00 "                          // 10.0.0.0
        "18 00 01 00 0c 00 01 00 08 00 01 00 00 00 00 00 08 00 03 00 00 00 00 01 "  // 0.0.0.0, an interval's end
    );

// $ nft list map inet t v
//   map v {
//     type inet_service : verdict
//     elements = { 80 : accept }
const Bytes kVerdict =
    hex("01 00 00 02 "                                      // NFPROTO_INET, generation 2
        "06 00 01 00 74 00 00 00 "                          // NFTA_SET_ELEM_LIST_TABLE "t"
        "06 00 02 00 76 00 00 00 "                          // NFTA_SET_ELEM_LIST_SET "v"
        "24 00 03 00 20 00 01 00 "                          // NFTA_SET_ELEM_LIST_ELEMENTS: NFTA_LIST_ELEM:
        "0c 00 01 00 06 00 01 00 00 50 00 00 "              // NFTA_SET_ELEM_KEY: NFTA_DATA_VALUE
        "10 00 02 00 0c 00 02 00 08 00 01 00 00 00 00 01 "  // NFTA_SET_ELEM_DATA: NFTA_DATA_VERDICT NF_ACCEPT
    );

// $ nft --debug=mnl list set inet t s
const Bytes kListByNft =
    hex("01 00 00 00 "              // NFPROTO_INET
        "06 00 02 00 73 00 00 00 "  // NFTA_SET_ELEM_LIST_SET "s"
        "06 00 01 00 74 00 00 00 "  // NFTA_SET_ELEM_LIST_TABLE "t"
    );

Value of(std::string set, List elements) {
  return Object{{"family", 1}, {"table", "t"}, {"set", std::move(set)}, {"elements", std::move(elements)}};
}

}  // namespace

TEST_CASE("elements of maps are keys that lead to data") {
  checkReads(NFT_MSG_NEWSETELEM, kAddByNft,
             of("host_ports4", List{Object{{"key", hex("c0 00 02 01 06 00 00 00 1f 90 00 00")},
                                           {"data", hex("0a 01 00 02 00 50 00 00")}}}));
}

TEST_CASE("ranges of concatenated fields have two keys") {
  const Value range =
      of("same4", List{Object{{"key", hex("0a 01 00 00 0a 01 00 00")}, {"keyEnd", hex("0a 01 ff ff 0a 01 ff ff")}}});
  checkReads(NFT_MSG_NEWSETELEM, kAddRangeByNft, range);
  checkWrites(NFT_MSG_NEWSETELEM, kAddRangeByNft, range);
}

TEST_CASE("elements are deleted by their keys") {
  const Value element = of("s", List{Object{{"key", hex("0a 00 00 02 00 50 00 00")}}});
  checkWrites(NFT_MSG_DELSETELEM, kDeleteByNft, element);
  checkReads(NFT_MSG_DELSETELEM, kDeleteByNft, element);
  checkReads(NFT_MSG_DELSETELEM, kDeleted, element);
}

TEST_CASE("an interval's end is told by its flags") {
  checkReads(NFT_MSG_GETSETELEM, kInterval,
             of("i", List{Object{{"key", hex("0b 00 00 00")}, {"flags", NFT_SET_ELEM_INTERVAL_END}},
                          Object{{"key", hex("0a 00 00 00")}},
                          Object{{"key", hex("00 00 00 00")}, {"flags", NFT_SET_ELEM_INTERVAL_END}}}));
}

TEST_CASE("verdicts are passed over") {
  checkReads(NFT_MSG_GETSETELEM, kVerdict, of("v", List{Object{{"key", hex("00 50")}}}));
}

TEST_CASE("a listing is asked for by set and table") {
  checkWrites(NFT_MSG_GETSETELEM, kListByNft, Object{{"family", 1}, {"set", "s"}, {"table", "t"}});
}

}  // namespace netplumb::testing
