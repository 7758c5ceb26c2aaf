#pragma once

#include <string>

#include "netlink/result.h"
#include "netlink/unique_fd.h"

namespace netplumb {

/// A kernel parameter below /proc/sys/net, by path: "ipv6/conf/default/accept_ra".
struct Sysctl {
  std::string path;
  std::string value;
  /// A kernel without the parameter will do: it lacks what the parameter would switch off.
  bool optional = false;
  /// Of a plan in a namespace that was there before: stays when the plan is done.
  bool lasting = false;
};

/// A parameter that was replaced.
struct Replaced {
  /// Its value before; empty for an optional parameter that is not there.
  std::string former;
  /// Its file, which stays that namespace's wherever the thread stands.
  UniqueFd file;
};

/// The parameters below /proc/sys/net of whichever network namespace the calling thread stands in, through a proc file
/// system of our own that is attached nowhere. In the machine's /proc the directories of all network namespaces ever
/// looked into hang in one hash chain, as they have one name and one parent (fs/proc/proc_sysctl.c, proc_sys_compare):
/// each look-up took 0.37 µs for each of them. Where no such file system can be had, the machine's /proc serves.
///
/// Errors. EINVAL: the path has an empty, "." or ".." component, or there is no value. ENOENT: this kernel (or this
/// namespace) has no such parameter.
class SysctlTree {
 public:
  SysctlTree();

  Status write(const Sysctl& sysctl);

  /// As `write`, and returns what was there before.
  Result<Replaced> replace(const Sysctl& sysctl);

  /// What a file says of that namespace, without the line break at its end: one below /proc/sys/net
  /// ("sys/net/ipv4/ip_forward") or /proc/net ("net/ip_tables_names"). Of a longer one, the first `kLongestText` bytes.
  Result<std::string> read(const std::string& path);

  static constexpr size_t kLongestText = 64 * 1024;

 private:
  Result<UniqueFd> open(const Sysctl& sysctl, int flags);

  /// Root of the proc file system.
  UniqueFd root_;
};

/// Writes a value to a parameter's file.
Status writeTo(const UniqueFd& file, const Sysctl& sysctl);

/// Trees for one sandbox after another, each used while the thread stands in that sandbox. A new one now and then: what
/// one was used for is looked through at each use.
class SandboxSysctls {
 public:
  /// For one more sandbox.
  SysctlTree& next();

 private:
  SysctlTree tree_;
  int uses_ = 0;
};

}  // namespace netplumb
