#pragma once

#include <string>

#include "netlink/result.h"

namespace netplumb {

/// Binds the calling thread's network namespace to the new file `path`, whose directory (`/run/netns`) is made and
/// shared between mount namespaces as `ip netns add` does, so that `ip netns` sees it. EEXIST: something is there.
Status pinCurrent(const std::string& path);

/// Makes the symbolic link `path` to `target`, and the directory it stands in. EEXIST: something is there.
Status linkNamespace(const std::string& path, const std::string& target);

/// Removes what either of the two made; succeeds when it is already gone.
Status unpin(const std::string& path);

}  // namespace netplumb
