#pragma once

#include <cstdint>
#include <span>

#include "conntrack/selection.h"
#include "netlink/result.h"
#include "netlink/socket.h"

namespace netplumb {

/// Makes the kernel forget connections, so that the next packet of each is looked at anew, and returns how many there
/// were. `socket`: one of NETLINK_NETFILTER in the namespace. The table is listed once; what has ended meanwhile does
/// not count. EINVAL: this kernel cannot list connections (CONFIG_NF_CT_NETLINK). After an error some may be forgotten,
/// and the socket must not be used again.
Result<uint32_t> flushConnections(Socket& socket, const ConnectionWishes& wishes, std::span<uint8_t> buffer);

/// The message by which one connection, and none that came after it, is forgotten (IPCTNL_MSG_CT_DELETE).
std::vector<uint8_t> deletionOf(const Entry& entry);

}  // namespace netplumb
