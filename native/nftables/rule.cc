#include <linux/netfilter/nf_tables.h>

#include "nftables/schemas.h"

namespace netplumb {

namespace {

// What an expression is told (NFTA_EXPR_DATA) depends on its kind, of which there are dozens: bytes.
constexpr Field kExpressionFields[] = {
    {NFTA_EXPR_NAME, "name", Kind::string},
    {NFTA_EXPR_DATA, "data", Kind::bytes},
};
constexpr Schema kExpression{.name = "rule expression", .fields = kExpressionFields};

constexpr Field kExpressionsFields[] = {{NFTA_LIST_ELEM, "expression", Kind::nest, &kExpression}};
constexpr Schema kExpressions{.name = "rule expressions", .fields = kExpressionsFields};

constexpr Field kFields[] = {
    {NFTA_RULE_TABLE, "table", Kind::string},      {NFTA_RULE_CHAIN, "chain", Kind::string},
    {NFTA_RULE_HANDLE, "handle", Kind::be64},      {NFTA_RULE_EXPRESSIONS, "expressions", Kind::list, &kExpressions},
    {NFTA_RULE_POSITION, "position", Kind::be64},   // the handle of the rule before it
    {NFTA_RULE_USERDATA, "userData", Kind::bytes},  // nft's comment is in there
};

}  // namespace

constinit const Schema tableRuleSchema{"firewall rule", sizeof(nfgenmsg), kFirewallHeader, kFields};

}  // namespace netplumb
