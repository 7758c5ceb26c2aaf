#pragma once

#include "netlink/unique_fd.h"

namespace netplumb {

/// The root of a file system of that type (proc, sysfs) that is attached nowhere and shows what belongs to the network
/// namespace in which the calling thread stands. Nothing, with errno, where it cannot be had (before Linux 5.2; EPERM).
UniqueFd openDetached(const char* type);

}  // namespace netplumb
