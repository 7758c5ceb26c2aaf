#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "netlink/request.h"
#include "netlink/result.h"
#include "netlink/socket.h"

namespace netplumb {

/// `dump` of anything; of nf_tables' objects held against its generation: the kernel does not mark (NLM_F_DUMP_INTR)
/// the listing of a set's elements that changed while it was written, but tells in each message to which generation it
/// belongs. What belongs to several, or to one that is over at the end, is asked for again.
Result<std::vector<std::vector<uint8_t>>> list(Socket& socket, Request& request, std::span<uint8_t> buffer);

}  // namespace netplumb
