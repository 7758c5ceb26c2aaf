#pragma once

#include <cstddef>
#include <cstdint>

namespace netplumb {

/// Mount as a forked child needs it.
struct LaunchMount {
  /// nullptr: an empty directory.
  const char* source;
  const char* target;
};

/// Mounts a file over another, or an empty directory over another, in the calling process's mount namespace. A target
/// that is not there is passed over: it could only be made where everyone would see it. Returns 0 or an errno;
/// `isOfSource`: it is about the source.
///
/// A target that is a symbolic link is covered itself, and not what it points to: nothing else changes its look, a link
/// into nowhere serves as well, and above all the mount stays. The kernel takes a mount away when somebody, in whatever
/// namespace, replaces what it covers (__detach_mounts in fs/namespace.c), which systemd-resolved does with the file
/// that /etc/resolv.conf points to each time it learns of another server.
///
/// NOTE: async-signal-safe.
int mountOver(const LaunchMount& mount, bool& isOfSource);

}  // namespace netplumb
