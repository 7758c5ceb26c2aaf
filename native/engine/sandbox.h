#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/plan.h"
#include "netlink/socket.h"
#include "netns/namespace.h"
#include "netns/sysctl.h"

namespace netplumb {

/// A parameter that was changed, as it was before, and its file.
struct FormerSysctl {
  Sysctl sysctl;
  UniqueFd file;
};

/// A plan's sandbox, opened or made, as the plan's steps find it; or as much of it as could be had.
struct Sandbox {
  /// Why there is no more of it.
  std::optional<Error> error;
  std::optional<Namespace> netns;
  /// A socket in it.
  std::optional<Socket> inside;
  /// Whether the plan's pin is there, and ours.
  bool isPinned = false;
  /// Of parameters that were changed in a namespace which was there before: what to give back.
  std::vector<FormerSysctl> formers;
  /// See namespaceCookie.
  uint64_t cookie = 0;
  /// What it took.
  double microseconds = 0;
};

/// Opens or makes what `plan` names as its sandbox, sets the plan's parameters in it and pins it; the calling thread
/// comes from `home` and returns there. What goes wrong is in `sandbox`, as is what was done until then. May throw
/// ThreadLost.
void openSandbox(const Plan& plan, const Namespace& home, SandboxSysctls& sysctls, Sandbox& sandbox);

/// Gives back the former values of parameters that are not to last.
Status giveBack(const Sandbox& sandbox);

/// Takes back what openSandbox did to others' eyes; what could not be taken back.
std::vector<Error> takeBack(const Sandbox& sandbox, const Plan& plan);

}  // namespace netplumb
