#include "netns/link_groups.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

#include "netlink/unique_fd.h"
#include "netns/detached_fs.h"

namespace netplumb {

namespace {

Error failed(int number, const LinkName& link) { return Error{number, "group", "", "", link.name}; }

/// As dev_valid_name in net/core/dev.c has it, as far as it is one component of a path.
bool isName(std::string_view name) {
  return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

/// The number in a file of a link's directory. A link that goes takes its files along, open ones too.
Result<uint32_t> numberIn(const UniqueFd& directory, const char* file, const LinkName& link) {
  const UniqueFd opened(openat(directory.get(), file, O_RDONLY | O_CLOEXEC));
  if (!opened) return failed(errno, link);
  std::array<char, 16> text;
  const ssize_t length = read(opened.get(), text.data(), text.size());
  if (length < 0) return failed(errno, link);
  uint32_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + length, number);
  if (parsed.ec != std::errc()) return failed(EIO, link);
  return number;
}

Status groupLink(const UniqueFd& root, const LinkName& link, std::string_view group) {
  if (!isName(link.name)) return failed(EINVAL, link);
  const std::string path = "devices/virtual/net/" + link.name;
  const UniqueFd directory(openat(root.get(), path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return failed(errno == ENOENT ? ENODEV : errno, link);
  auto index = numberIn(directory, "ifindex", link);
  if (!index) return index.error();
  if (*index != link.index) return failed(ENODEV, link);
  const UniqueFd file(openat(directory.get(), "netdev_group", O_WRONLY | O_CLOEXEC));
  if (!file) return failed(errno == ENOENT ? ENODEV : errno, link);
  if (write(file.get(), group.data(), group.size()) < 0) return failed(errno, link);
  return Done{};
}

}  // namespace

std::vector<Status> groupLinks(std::span<const LinkName> links, uint32_t group) {
  const UniqueFd root = openDetached("sysfs");
  const int refusal = root ? 0 : errno;
  const std::string number = std::to_string(group);
  std::vector<Status> results;
  results.reserve(links.size());
  for (const LinkName& link : links) {
    results.push_back(root ? groupLink(root, link, number) : Status(failed(refusal, link)));
  }
  return results;
}

}  // namespace netplumb
