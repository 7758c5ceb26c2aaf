#include "netns/detached_fs.h"

#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace netplumb {

/// System calls by number: the C library's wrappers are younger than the systems a prebuilt addon has to load on.
UniqueFd openDetached(const char* type) {
  const UniqueFd context(static_cast<int>(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC)));
  if (!context) return {};
  if (syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return {};
  return UniqueFd(static_cast<int>(syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, 0)));
}

}  // namespace netplumb
