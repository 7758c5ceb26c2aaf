#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <variant>

#include "netlink/result.h"
#include "netlink/unique_fd.h"

namespace netplumb {

/// How a caller may name a network namespace.
struct NetnsPid {
  pid_t pid;
};
struct NetnsPath {
  std::string path;
};
/// A descriptor of this process; it is duplicated and stays the caller's.
struct NetnsFd {
  int fd;
};
/// A new one, made when it is entered.
struct NetnsNew {};
using NetnsRef = std::variant<NetnsPid, NetnsPath, NetnsFd, NetnsNew>;

/// A network namespace held by a descriptor, so that it cannot go away or become another while it is used.
class Namespace {
 public:
  /// The namespace of a process, looked up once. ESRCH: no such process, or it has ended.
  static Result<Namespace> ofPid(pid_t pid);
  /// ENOENT: no such file; EINVAL (operation "netns"): the file is no network namespace.
  static Result<Namespace> atPath(const std::string& path);
  static Result<Namespace> ofFd(int fd);
  /// The calling thread's.
  static Result<Namespace> current();
  /// Any reference but NetnsNew, which only exists once a thread has entered it (see `insideNew`).
  static Result<Namespace> open(const NetnsRef& ref);

  int fd() const { return fd_.get(); }
  /// Whether both are the same namespace.
  bool operator==(const Namespace& other) const;

 private:
  explicit Namespace(UniqueFd fd) : fd_(std::move(fd)) {}
  static Result<Namespace> checked(UniqueFd fd, const std::string& what);

  UniqueFd fd_;
};

/// The kernel's own number of the namespace in which `socket` was opened: never given twice between two boots, unlike
/// the inode of /proc/PID/ns/net (SO_NETNS_COOKIE, Linux 5.14). 0 where the kernel has none.
uint64_t namespaceCookie(int socket);

}  // namespace netplumb
