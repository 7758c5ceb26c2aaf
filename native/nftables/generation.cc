#include <linux/netfilter/nf_tables.h>

#include "nftables/schemas.h"

namespace netplumb {

namespace {

constexpr Field kFields[] = {
    {NFTA_GEN_ID, "id", Kind::be32},
    {NFTA_GEN_PROC_PID, "processId", Kind::be32},  // whose transaction it was; in notifications only
    {NFTA_GEN_PROC_NAME, "processName", Kind::string},
};

}  // namespace

// All families share it.
constinit const Schema generationSchema{
    .name = "firewall generation", .headerSize = sizeof(nfgenmsg), .fields = kFields};

}  // namespace netplumb
