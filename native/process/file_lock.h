#pragma once

#include "netlink/result.h"

namespace netplumb {

/// Takes an open file, if nobody else has it; false otherwise. The file stays taken until `unlockFile`, or until this
/// process has closed it or ended, in whatever way: flock(2). A file that is opened twice is two, also in one process.
///
/// NOTE: a child that was forked meanwhile shares the descriptor until it executes a program; that is why a holder that
/// goes on living calls `unlockFile`, and does not only close. The descriptor must be close-on-exec, as node's are.
Result<bool> lockFile(int fd);
Status unlockFile(int fd);

}  // namespace netplumb
