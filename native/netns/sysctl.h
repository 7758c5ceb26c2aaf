#pragma once

#include <string>

#include "netlink/result.h"

namespace netplumb {

/// A kernel parameter below /proc/sys/net, by path: "ipv6/conf/default/accept_ra".
struct Sysctl {
  std::string path;
  std::string value;
  /// A kernel without the parameter will do: it lacks what the parameter would switch off.
  bool optional = false;
};

// Both work in the network namespace in which the calling thread stands. EINVAL: the path has an empty, "." or ".."
// component. ENOENT: this kernel (or this namespace)
// has no such parameter.

Status writeSysctl(const Sysctl& sysctl);

/// The parameter's value, without the newline at its end.
Result<std::string> readSysctl(const std::string& path);

}  // namespace netplumb
