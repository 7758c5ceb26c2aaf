#include "netns/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <string_view>

#include "netlink/unique_fd.h"

namespace netplumb {

namespace {

bool staysBelow(std::string_view path) {
  while (true) {
    const size_t slash = path.find('/');
    const std::string_view component = path.substr(0, slash);
    if (component.empty() || component == "." || component == "..") return false;
    if (component.find('\0') != std::string_view::npos) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

Status writeSysctl(const Sysctl& sysctl) {
  if (!staysBelow(sysctl.path)) return Error{EINVAL, "sysctl", sysctl.path, ""};
  const std::string path = "/proc/sys/net/" + sysctl.path;
  UniqueFd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return Error{errno, "sysctl", sysctl.path, ""};
  const ssize_t written = write(file.get(), sysctl.value.data(), sysctl.value.size());
  if (written != static_cast<ssize_t>(sysctl.value.size())) {
    return Error{written < 0 ? errno : EIO, "sysctl", sysctl.path, ""};
  }
  return Done{};
}

}  // namespace netplumb
