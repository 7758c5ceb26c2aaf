#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "netlink/request.h"
#include "netlink/result.h"
#include "netlink/socket.h"

namespace netplumb {

/// Which messages of a listing are kept, by their payloads.
using Wanted = std::function<bool(std::span<const uint8_t>)>;

/// One consistent listing: each message's payload, or those that are `wanted`. A listing that changed while the kernel
/// wrote it (NLM_F_DUMP_INTR) is thrown away and asked for again; a partial one is never returned. EINTR: it changed
/// `kMostAttempts` times in a row. EBADMSG, ENOBUFS: as for `exchange`. After any error the listing may still be under
/// way, and the socket must not be used again.
Result<std::vector<std::vector<uint8_t>>> dump(Socket& socket, Request& request, std::span<uint8_t> buffer,
                                               const Wanted& wanted = {});

/// With 5.9 % of dumps interrupted (500 links in constant change) this many in a row do not happen.
constexpr int kMostAttempts = 64;

}  // namespace netplumb
