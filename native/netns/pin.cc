#include "netns/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netlink/unique_fd.h"

namespace netplumb {

namespace {

Error failed(const char* operation, const std::string& object) { return Error{errno, operation, "", "", object}; }

/// Makes `directory` a mount point that is shared between mount namespaces, as `ip netns add` does: otherwise a
/// namespace that was pinned in one of them could be removed there while others keep it alive for ever. Under ip's
/// lock: two at once would mount the directory over itself twice, and each time with all the mounts inside it.
Status makeShared(const std::string& directory) {
  UniqueFd lock(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) return failed("open", directory);
  if (flock(lock.get(), LOCK_EX) != 0) return failed("flock", directory);
  if (mount("", directory.c_str(), "none", MS_SHARED, nullptr) == 0) return Done{};
  if (errno != EINVAL) return failed("mount", directory);
  if (mount(directory.c_str(), directory.c_str(), "none", MS_BIND | MS_REC, nullptr) != 0) {
    return failed("mount", directory);
  }
  if (mount("", directory.c_str(), "none", MS_SHARED | MS_REC, nullptr) != 0) return failed("mount", directory);
  return Done{};
}

Status prepareDirectory(const std::string& path) {
  const std::string directory = path.substr(0, path.rfind('/'));
  if (mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) return failed("mkdir", directory);
  // Succeeds at once when it is a mount point. Without MS_REC, which would visit every namespace pinned in it.
  if (mount("", directory.c_str(), "none", MS_SHARED, nullptr) == 0) return Done{};
  if (errno != EINVAL) return failed("mount", directory);
  return makeShared(directory);
}

}  // namespace

Status pinCurrent(const std::string& path) {
  Status prepared = prepareDirectory(path);
  if (!prepared) return prepared;
  UniqueFd file(open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0));
  if (!file) return failed("open", path);
  if (mount("/proc/thread-self/ns/net", path.c_str(), "none", MS_BIND, nullptr) != 0) {
    Error error = failed("mount", path);
    unlink(path.c_str());
    return error;
  }
  return Done{};
}

Status linkNamespace(const std::string& path, const std::string& target) {
  if (symlink(target.c_str(), path.c_str()) == 0) return Done{};
  if (errno != ENOENT) return failed("symlink", path);
  Status prepared = prepareDirectory(path);
  if (!prepared) return prepared;
  if (symlink(target.c_str(), path.c_str()) != 0) return failed("symlink", path);
  return Done{};
}

Status unpin(const std::string& path) {
  // More than one may be stacked there.
  while (umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0) {
  }
  // EINVAL: nothing is mounted there, which is how a symbolic link or an interrupted pin looks.
  if (errno != EINVAL && errno != ENOENT) return failed("umount2", path);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return failed("unlink", path);
  return Done{};
}

}  // namespace netplumb
