#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "netlink/result.h"

namespace netplumb {

/// A link that is not a piece of hardware, and not another one that has its name by now.
struct LinkName {
  std::string name;
  uint32_t index = 0;
};

/// Puts links of the namespace in which the calling thread stands into a group, one result for each, without a word to
/// anybody: by files of a sysfs of our own that is attached nowhere (netdev_group, group_store in
/// net/core/net-sysfs.c). A request for it (RTM_SETLINK) notifies of each link that is up, and for that the kernel
/// looks the far end of a veth up among all numbered namespaces (peernet2id): at ten thousand a fifth of what deleting
/// the link takes.
///
/// Errors. ENODEV: there is no such link. EINVAL: not a name of a link. Others: sysfs cannot be had here (EPERM).
std::vector<Status> groupLinks(std::span<const LinkName> links, uint32_t group);

}  // namespace netplumb
