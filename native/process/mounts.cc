#include "process/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace netplumb {

namespace {

int coverFile(const char* source, const char* target, bool& isOfSource) {
  isOfSource = true;
  const long tree = syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) return errno;
  isOfSource = false;
  // The last link of the target is not followed: that takes MOVE_MOUNT_T_SYMLINKS.
  const long moved = syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH);
  const int number = moved == 0 ? 0 : errno;
  close(static_cast<int>(tree));
  return number == ENOENT ? 0 : number;
}

int coverDirectory(const char* target) {
  constexpr unsigned long kFlags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (mount("tmpfs", target, "tmpfs", kFlags, "mode=755") == 0) return 0;
  return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
}

}  // namespace

int mountOver(const LaunchMount& mount, bool& isOfSource) {
  isOfSource = false;
  return mount.source == nullptr ? coverDirectory(mount.target) : coverFile(mount.source, mount.target, isOfSource);
}

}  // namespace netplumb
