#include "netns/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <utility>

namespace netplumb {

namespace {

#ifndef SO_NETNS_COOKIE
constexpr int SO_NETNS_COOKIE = 71;
#endif

/// Opens a file of a namespace. A process that ends between two steps of that is refused as one of somebody else would
/// be (EACCES without a task, proc_ns_get_link in fs/proc/namespaces.c): looked at once more, it is not there.
UniqueFd openLink(const std::string& path, int flags) {
  UniqueFd fd(::open(path.c_str(), flags));
  if (fd || errno != EACCES) return fd;
  return UniqueFd(::open(path.c_str(), flags));
}

}  // namespace

Result<Namespace> Namespace::checked(UniqueFd fd, const std::string& what) {
  const int type = ioctl(fd.get(), NS_GET_NSTYPE);
  if (type == CLONE_NEWNET) return Namespace(std::move(fd));
  return Error{EINVAL, "netns", type < 0 ? "not a namespace" : "a namespace of another kind", "", what};
}

Result<Namespace> Namespace::ofPid(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/ns/net";
  UniqueFd fd = openLink(path, O_RDONLY | O_CLOEXEC);
  // The directory is there but its links can no longer be followed once the process is a zombie.
  if (!fd) return Error{errno == ENOENT ? ESRCH : errno, "open", "", "", path};
  return checked(std::move(fd), path);
}

Result<Namespace> Namespace::atPath(const std::string& path) {
  // The kernel would read no further than there.
  if (path.find('\0') != std::string::npos) return Error{EINVAL, "netns", "a path with a NUL in it", "", path};
  // Looked at before it is opened, because opening alone can do harm: it lets a FIFO's writer go on, it rewinds a tape.
  struct statfs files;
  if (statfs(path.c_str(), &files) == 0 && files.f_type != NSFS_MAGIC) {
    return Error{EINVAL, "netns", "not a namespace", "", path};
  }
  // It may have become something else meanwhile, which must not hold up the thread.
  UniqueFd fd = openLink(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (!fd) return Error{errno, "open", "", "", path};
  return checked(std::move(fd), path);
}

Result<Namespace> Namespace::ofFd(int fd) {
  UniqueFd copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy) return Error{errno, "fcntl", "", "", "descriptor " + std::to_string(fd)};
  return checked(std::move(copy), "descriptor " + std::to_string(fd));
}

Result<Namespace> Namespace::current() { return atPath("/proc/thread-self/ns/net"); }

Result<Namespace> Namespace::open(const NetnsRef& ref) {
  if (const auto* pid = std::get_if<NetnsPid>(&ref)) return ofPid(pid->pid);
  if (const auto* path = std::get_if<NetnsPath>(&ref)) return atPath(path->path);
  if (const auto* fd = std::get_if<NetnsFd>(&ref)) return ofFd(fd->fd);
  return Error{EINVAL, "netns", "a new namespace exists only once it is entered"};
}

bool Namespace::operator==(const Namespace& other) const {
  struct stat ours, theirs;
  if (fstat(fd(), &ours) != 0 || fstat(other.fd(), &theirs) != 0) return false;
  return ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

uint64_t namespaceCookie(int socket) {
  uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  if (getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) != 0) return 0;
  return cookie;
}

}  // namespace netplumb
