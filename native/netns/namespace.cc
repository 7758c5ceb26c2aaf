#include "netns/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace netplumb {

namespace {

#ifndef SO_NETNS_COOKIE
constexpr int SO_NETNS_COOKIE = 71;
#endif

}  // namespace

Result<Namespace> Namespace::checked(UniqueFd fd, const std::string& what) {
  const int type = ioctl(fd.get(), NS_GET_NSTYPE);
  if (type != CLONE_NEWNET) return Error{EINVAL, "open", what + " is no network namespace", ""};
  return Namespace(std::move(fd));
}

Result<Namespace> Namespace::ofPid(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/ns/net";
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  // The directory is there but its links can no longer be followed once the process is a zombie.
  if (!fd) return Error{errno == ENOENT ? ESRCH : errno, "open(/proc/PID/ns/net)", "", ""};
  return checked(std::move(fd), path);
}

Result<Namespace> Namespace::atPath(const std::string& path) {
  // O_NONBLOCK: a FIFO or a terminal must not hold up the thread before it turns out to be no namespace.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return Error{errno, "open", "", ""};
  return checked(std::move(fd), path);
}

Result<Namespace> Namespace::ofFd(int fd) {
  UniqueFd copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy) return Error{errno, "fcntl(F_DUPFD_CLOEXEC)", "", ""};
  return checked(std::move(copy), "the descriptor");
}

Result<Namespace> Namespace::current() { return atPath("/proc/thread-self/ns/net"); }

Result<Namespace> Namespace::open(const NetnsRef& ref) {
  if (const auto* pid = std::get_if<NetnsPid>(&ref)) return ofPid(pid->pid);
  if (const auto* path = std::get_if<NetnsPath>(&ref)) return atPath(path->path);
  if (const auto* fd = std::get_if<NetnsFd>(&ref)) return ofFd(fd->fd);
  return Error{EINVAL, "open", "a new namespace exists only once it is entered", ""};
}

uint64_t namespaceCookie(int socket) {
  uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  if (getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) != 0) return 0;
  return cookie;
}

}  // namespace netplumb
