#include "process/file_lock.h"

#include <errno.h>
#include <sys/file.h>

namespace netplumb {

Result<bool> lockFile(int fd) {
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return Error{errno, "flock"};
}

Status unlockFile(int fd) {
  if (flock(fd, LOCK_UN) != 0) return Error{errno, "flock"};
  return Done{};
}

}  // namespace netplumb
