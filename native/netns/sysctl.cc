#include "netns/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <string_view>

#include "netlink/unique_fd.h"

namespace netplumb {

namespace {

Error failed(int number, const std::string& path, const char* message = "") {
  return Error{number, "sysctl", message, "", path};
}

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

Result<UniqueFd> openParameter(const std::string& path, int flags) {
  if (!staysBelow(path)) return failed(EINVAL, path, "not a path below /proc/sys/net");
  UniqueFd file(open(("/proc/sys/net/" + path).c_str(), flags | O_CLOEXEC));
  if (!file) return failed(errno, path);
  return file;
}

}  // namespace

Status writeSysctl(const Sysctl& sysctl) {
  // The kernel takes an empty write for done.
  if (sysctl.value.empty()) return failed(EINVAL, sysctl.path, "no value");
  auto file = openParameter(sysctl.path, O_WRONLY);
  if (!file && file.error().number == ENOENT && sysctl.optional) return Done{};
  if (!file) return file.error();
  const ssize_t written = write(file->get(), sysctl.value.data(), sysctl.value.size());
  if (written < 0) return failed(errno, sysctl.path);
  if (static_cast<size_t>(written) != sysctl.value.size()) return failed(EIO, sysctl.path, "taken in part");
  return Done{};
}

Result<std::string> readSysctl(const std::string& path) {
  auto file = openParameter(path, O_RDONLY);
  if (!file) return file.error();
  std::string value;
  char part[4096];
  for (;;) {
    const ssize_t length = read(file->get(), part, sizeof part);
    if (length < 0) return failed(errno, path);
    if (length == 0) break;
    value.append(part, static_cast<size_t>(length));
  }
  if (value.ends_with('\n')) value.pop_back();
  return value;
}

}  // namespace netplumb
