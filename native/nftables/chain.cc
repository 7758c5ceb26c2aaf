#include <linux/netfilter/nf_tables.h>

#include "nftables/schemas.h"

namespace netplumb {

namespace {

constexpr Field kHookFields[] = {
    {NFTA_HOOK_HOOKNUM, "number", Kind::be32},     // NF_INET_FORWARD and its like
    {NFTA_HOOK_PRIORITY, "priority", Kind::be32},  // a signed number, lowest first
};
constexpr Schema kHook{.name = "chain hook", .fields = kHookFields};

constexpr Field kFields[] = {
    {NFTA_CHAIN_TABLE, "table", Kind::string},     {NFTA_CHAIN_NAME, "name", Kind::string},
    {NFTA_CHAIN_HOOK, "hook", Kind::nest, &kHook},  // of base chains: where packets enter it
    {NFTA_CHAIN_POLICY, "policy", Kind::be32},      // NF_ACCEPT, NF_DROP
    {NFTA_CHAIN_TYPE, "type", Kind::string},        // "filter", "nat", "route"
};

}  // namespace

constinit const Schema chainSchema{"chain", sizeof(nfgenmsg), kFirewallHeader, kFields};

}  // namespace netplumb
