#pragma once

#include <span>
#include <string>
#include <vector>

#include "netlink/result.h"

namespace netplumb {

/// As `unpin` for each, one result for each. Namespaces are held while the files of all are removed (of as many as half
/// the descriptors that the process may have) and let go of together then.
///
/// The kernel destroys together all that was let go of since it began with those before, and for each it looks through
/// all that are still alive (cleanup_net and unhash_nsid in net/core/net_namespace.c): of many, that is most of the
/// work unless they are none of those. And while it is at that, an umount takes as long as the kernel does not leave
/// the processor (synchronize_rcu_expedited in namespace_unlock, fs/namespace.c). So a first one is let go of, and all
/// others when the kernel has begun with that. Letting go of thousands takes longer than destroying one: then some more
/// are let go of in between, which keep the kernel busy for as long as that takes.
///
/// NOTE: the calling thread stands in the namespace that has numbers for the others, the host's.
std::vector<Status> unpinTogether(std::span<const std::string> paths);

}  // namespace netplumb
