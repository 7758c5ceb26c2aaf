#include "engine/sandbox.h"

#include <errno.h>
#include <linux/netlink.h>

#include <chrono>
#include <new>
#include <utility>

#include "netns/excursion.h"
#include "netns/pin.h"

namespace netplumb {

namespace {

using Clock = std::chrono::steady_clock;

bool isNew(const Plan& plan) { return std::holds_alternative<NetnsNew>(plan.sandbox); }

class Opening {
 public:
  Opening(const Plan& plan, const Namespace& home, SandboxSysctls& sysctls, Sandbox& sandbox)
      : plan_(plan), home_(home), sysctls_(sysctls), sandbox_(sandbox) {}

  Status open() {
    Status opened = isNew(plan_) ? create() : enter();
    if (!opened) return opened;
    if (!isNew(plan_) && !plan_.pin.empty()) {
      Status linked = linkNamespace(plan_.pin, plan_.linkTarget);
      if (!linked) return linked;
      sandbox_.isPinned = true;
    }
    sandbox_.cookie = namespaceCookie(sandbox_.inside->fd());
    return Done{};
  }

 private:
  Status enter() {
    auto target = Namespace::open(plan_.sandbox);
    if (!target) return target.error();
    if (*target == home_) return Error{EXDEV, "netns", "the host's own"};
    sandbox_.netns = std::move(*target);
    return inside(*sandbox_.netns, home_, [this] { return prepare(); });
  }

  Status create() {
    return insideNew(home_, [this]() -> Status {
      auto target = Namespace::current();
      if (!target) return target.error();
      sandbox_.netns = std::move(*target);
      Status prepared = prepare();
      if (!prepared || plan_.pin.empty()) return prepared;
      Status pinned = pinCurrent(plan_.pin);
      sandbox_.isPinned = pinned.ok();
      return pinned;
    });
  }

  /// While the thread stands in the sandbox.
  Status prepare() {
    auto socket = Socket::open(NETLINK_ROUTE);
    if (!socket) return socket.error();
    sandbox_.inside = std::move(*socket);
    SysctlTree& tree = sysctls_.next();
    for (const Sysctl& sysctl : plan_.sysctls) {
      auto former = tree.replace(sysctl);
      if (!former) return former.error();
      auto& [value, file] = *former;
      if (!isNew(plan_) && !value.empty() && value != sysctl.value) {
        const Sysctl before{sysctl.path, std::move(value), sysctl.optional, sysctl.lasting};
        sandbox_.formers.push_back({before, std::move(file)});
      }
    }
    return Done{};
  }

  const Plan& plan_;
  const Namespace& home_;
  SandboxSysctls& sysctls_;
  Sandbox& sandbox_;
};

}  // namespace

void openSandbox(const Plan& plan, const Namespace& home, SandboxSysctls& sysctls, Sandbox& sandbox) {
  const auto start = Clock::now();
  try {
    Status opened = Opening(plan, home, sysctls, sandbox).open();
    if (!opened) sandbox.error = opened.error();
  } catch (const std::bad_alloc& error) {
    sandbox.error = Error{ENOMEM, "engine", error.what()};
  }
  sandbox.microseconds = std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

Status giveBack(const Sandbox& sandbox) {
  for (auto former = sandbox.formers.rbegin(); former != sandbox.formers.rend(); ++former) {
    if (former->sysctl.lasting) continue;
    Status given = writeTo(former->file, former->sysctl);
    if (!given) return given;
  }
  return Done{};
}

std::vector<Error> takeBack(const Sandbox& sandbox, const Plan& plan) {
  std::vector<Error> leftovers;
  const auto report = [&leftovers](const Status& status) {
    if (!status) leftovers.push_back(status.error());
  };
  if (sandbox.isPinned) report(unpin(plan.pin));
  for (auto former = sandbox.formers.rbegin(); former != sandbox.formers.rend(); ++former) {
    report(writeTo(former->file, former->sysctl));
  }
  return leftovers;
}

}  // namespace netplumb
