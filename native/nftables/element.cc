#include <linux/netfilter/nf_tables.h>

#include "nftables/schemas.h"

namespace netplumb {

namespace {

constexpr Field kDataFields[] = {{NFTA_DATA_VALUE, "value", Kind::bytes}};
constexpr Schema kData{.name = "set data", .fields = kDataFields};

// Fields of concatenations are each filled up to whole 32-bit registers.
constexpr Field kElementFields[] = {
    {NFTA_SET_ELEM_KEY, "key", Kind::wrapped, &kData},
    {NFTA_SET_ELEM_KEY_END, "keyEnd", Kind::wrapped, &kData},  // of concatenations with ranges: the last that belongs
    {NFTA_SET_ELEM_DATA, "data", Kind::wrapped, &kData},       // of maps, but not of those to verdicts
    {NFTA_SET_ELEM_FLAGS, "flags", Kind::be32},                // NFT_SET_ELEM_*
};
constexpr Schema kElement{.name = "set element", .fields = kElementFields};

constexpr Field kElementsFields[] = {{NFTA_LIST_ELEM, "element", Kind::nest, &kElement}};
constexpr Schema kElements{.name = "list of set elements", .fields = kElementsFields};

constexpr Field kFields[] = {
    {NFTA_SET_ELEM_LIST_TABLE, "table", Kind::string},
    {NFTA_SET_ELEM_LIST_SET, "set", Kind::string},
    {NFTA_SET_ELEM_LIST_ELEMENTS, "elements", Kind::list, &kElements},
};

}  // namespace

constinit const Schema elementsSchema{"set elements", sizeof(nfgenmsg), kFirewallHeader, kFields};

}  // namespace netplumb
