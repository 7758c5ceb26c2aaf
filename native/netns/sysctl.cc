#include "netns/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

#include "netns/detached_fs.h"

namespace netplumb {

namespace {

/// Making a proc file system takes about 50 µs, looking through this many sandboxes' directories about 10.
constexpr int kSandboxesOfOneTree = 32;

Error failed(int number, const Sysctl& sysctl, const char* message = "") {
  return Error{number, "sysctl", message, "", sysctl.path};
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

}  // namespace

Status writeTo(const UniqueFd& file, const Sysctl& sysctl) {
  // Parameters heed a write only at their start.
  const ssize_t written = pwrite(file.get(), sysctl.value.data(), sysctl.value.size(), 0);
  if (written < 0) return failed(errno, sysctl);
  if (static_cast<size_t>(written) != sysctl.value.size()) return failed(EIO, sysctl, "taken in part");
  return Done{};
}

SysctlTree::SysctlTree() : root_(openDetached("proc")) {
  if (!root_) root_.reset(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Status SysctlTree::write(const Sysctl& sysctl) {
  auto file = open(sysctl, O_WRONLY);
  if (!file && file.error().number == ENOENT && sysctl.optional) return Done{};
  if (!file) return file.error();
  return writeTo(*file, sysctl);
}

Result<Replaced> SysctlTree::replace(const Sysctl& sysctl) {
  auto file = open(sysctl, O_RDWR);
  if (!file && file.error().number == ENOENT && sysctl.optional) return Replaced{};
  if (!file) return file.error();
  std::array<char, 4096> former;
  const ssize_t length = pread(file->get(), former.data(), former.size(), 0);
  if (length < 0) return failed(errno, sysctl);
  std::string_view value(former.data(), static_cast<size_t>(length));
  if (value.ends_with('\n')) value.remove_suffix(1);
  if (value != sysctl.value) {
    Status written = writeTo(*file, sysctl);
    if (!written) return written.error();
  }
  return Replaced{std::string(value), std::move(*file)};
}

Result<std::string> SysctlTree::read(const std::string& path) {
  const auto readFailed = [&path](int number, const char* message = "") {
    return Error{number, "read", message, "", "/proc/" + path};
  };
  // /proc/net itself leads to what the process's first thread sees, which stands elsewhere.
  const bool isOfThread = path.starts_with("net/");
  if (!staysBelow(path) || !(isOfThread || path.starts_with("sys/net/"))) {
    return readFailed(EINVAL, "not a path below /proc/sys/net or /proc/net");
  }
  const UniqueFd file(openat(root_.get(), (isOfThread ? "thread-self/" + path : path).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return readFailed(errno);
  std::string text(kLongestText, '\0');
  size_t length = 0;
  while (length < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + length, text.size() - length);
    if (got < 0) return readFailed(errno);
    if (got == 0) break;
    length += static_cast<size_t>(got);
  }
  if (length > 0 && text[length - 1] == '\n') --length;
  text.resize(length);
  return text;
}

Result<UniqueFd> SysctlTree::open(const Sysctl& sysctl, int flags) {
  // The kernel takes an empty write for done.
  if (sysctl.value.empty()) return failed(EINVAL, sysctl, "no value");
  if (!staysBelow(sysctl.path)) return failed(EINVAL, sysctl, "not a path below /proc/sys/net");
  UniqueFd file(openat(root_.get(), ("sys/net/" + sysctl.path).c_str(), flags | O_CLOEXEC));
  if (!file) return failed(errno, sysctl);
  return file;
}

SysctlTree& SandboxSysctls::next() {
  if (++uses_ > kSandboxesOfOneTree) {
    tree_ = SysctlTree();
    uses_ = 1;
  }
  return tree_;
}

}  // namespace netplumb
