#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "netlink/exchange.h"
#include "netlink/request.h"
#include "netlink/result.h"
#include "netlink/socket.h"

namespace netplumb {

/// Sends requests that change nf_tables as one transaction: the kernel does all of them or none. Returns one answer for
/// each, in their order; when any of them bears an error, none was done, whatever the others say.
///
/// With a `generation` (NFTA_GEN_ID of NFT_MSG_GETGEN) the kernel refuses all (ERESTART) if it has another by now. An
/// outer error named NFNL_MSG_BATCH_BEGIN is its refusal of the whole: nothing was done, and the socket can be used
/// again, as it can after any answer. Other outer errors are those of `exchange`: it is not known what was done, and
/// the socket must not be used again.
///
/// A transaction is one datagram, for which room is made in the socket's send buffer: EMSGSIZE without CAP_NET_ADMIN in
/// the namespace's user namespace, where it can only be made up to net.core.wmem_max. When more answers come than the
/// receive buffer holds, the refusals among the rest are missing.
///
/// NOTE: the messages' flags and sequence numbers are written in place.
Result<std::vector<Answer>> transact(Socket& socket, std::span<Request> requests, std::optional<uint32_t> generation,
                                     std::span<uint8_t> buffer);

/// Whether the error is the kernel's refusal of a whole transaction, after which the conversation goes on.
bool refusesTransaction(const Error& error);

}  // namespace netplumb
