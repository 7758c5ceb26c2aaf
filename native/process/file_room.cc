#include "process/file_room.h"

#include <errno.h>
#include <fcntl.h>

namespace netplumb {

Result<bool> reserveFile(int fd, off_t start, off_t end) {
  int failure = 0;
  do {
    failure = fallocate(fd, FALLOC_FL_KEEP_SIZE, start, end - start) == 0 ? 0 : errno;
  } while (failure == EINTR);
  if (failure == 0) return true;
  if (failure == EOPNOTSUPP) return false;
  return Error{failure, "fallocate"};
}

}  // namespace netplumb
