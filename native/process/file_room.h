#pragma once

#include <sys/types.h>

#include "netlink/result.h"

namespace netplumb {

/// Takes room for the bytes of an open file from `start` to before `end`, which then can be written whatever else fills
/// the file system; all of it or, when there is not as much, none (ENOSPC). The file does not become longer:
/// fallocate(2) with FALLOC_FL_KEEP_SIZE. False where the file system takes no room in advance.
Result<bool> reserveFile(int fd, off_t start, off_t end);

}  // namespace netplumb
