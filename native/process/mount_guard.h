#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlink/unique_fd.h"
#include "process/command.h"

namespace netplumb {

/// Keeps the files of a command mounted while it runs.
///
/// The kernel takes a mount away, in every namespace, when somebody replaces or removes the file that it covers
/// (__detach_mounts in fs/namespace.c). DHCP clients and NetworkManager do that with /etc/resolv.conf, editors with
/// /etc/hosts, and the command would have the host's from then on. So what has been replaced is covered again, a moment
/// later. What the command itself has uncovered, or covered by something else, is left alone.
class MountGuard {
 public:
  /// Before the command is forked: looks at what it will cover.
  explicit MountGuard(const std::vector<Mount>& mounts);

  /// Once the command's mounts are made, and before its program runs. Nothing is kept if the kernel or a missing
  /// privilege does not let us.
  ///
  /// NOTE: takes the calling thread into the mount namespace of the process, for good.
  void enter(pid_t process);

  /// Returns when the process (its pidfd) has ended, or at once if there is nothing to keep. On the same thread.
  void keep(int handle);

 private:
  /// A file, link or directory in the thread's mount namespace.
  struct Place {
    uint64_t mount = 0;
    uint64_t device = 0;
    uint64_t inode = 0;
    /// How many names it has: none once it has been replaced, while the kernel is still about to say so.
    uint32_t names = 0;
    /// When it was last changed or renamed, in nanoseconds: a number may be given out again.
    int64_t changed = 0;
    bool isSameFile(const Place& other) const;
  };
  struct Kept {
    Mount mount;
    /// What was there when we last looked.
    Place covered;
    /// The mount in which that is.
    uint64_t beneath = 0;
  };

  static std::optional<Place> find(const std::string& path);
  static int restore(Kept& kept);
  int restoreAll();

  std::vector<Kept> kept_;
  /// The table of mounts of that namespace, which tells when it changes (proc_pid_mountinfo(5)).
  UniqueFd table_;
};

}  // namespace netplumb
