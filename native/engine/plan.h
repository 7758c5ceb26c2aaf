#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "netlink/request.h"
#include "netns/namespace.h"
#include "netns/sysctl.h"

namespace netplumb {

class SandboxOpener;
class Worker;

/// Parameters that are set on the host, then requests that may travel in one datagram (none depends on another's
/// success), then links whose carrier the kernel is to act on.
struct Step {
  std::string name;
  /// The requests go to the sandbox's namespace instead of the host's.
  bool inside = false;
  /// The plan goes on when the kernel refuses the requests.
  bool optional = false;
  std::vector<Sysctl> hostSysctls = {};
  std::vector<Request> requests = {};
  /// Names of links, in the namespace of the requests; see settleCarrier.
  std::vector<std::string> settled = {};
  /// What takes the step back, in the namespace in which it was done; used when any of the step's requests may have
  /// succeeded and the plan fails there or later. It has to name what only this plan can have made. What is already
  /// gone is as good as removed.
  std::vector<Request> undo = {};
};

/// All that one sandbox needs of the kernel, in order. The plan's sandbox is named in messages by the worker's slot.
/// The host's own namespace is refused (EXDEV, operation "netns"): the plan would be carried out on the host itself.
struct Plan {
  NetnsRef sandbox;
  /// Where a namespace shows up under /run/netns; empty for nowhere. A new namespace is bound there; an existing one,
  /// known by process or path, gets a symbolic link to `linkTarget`.
  std::string pin;
  std::string linkTarget;
  /// Set in the sandbox before the plan makes any link in it. A namespace that was there before gets its former values
  /// back: those that are not to last when the plan is done, all of them when it fails.
  std::vector<Sysctl> sysctls;
  std::vector<Step> steps;
};

struct StepTime {
  std::string name;
  double microseconds;
};

struct PlanOutcome {
  /// Why the plan failed, and the step it failed in. Everything it had done is undone but for `leftovers`.
  std::optional<Error> error;
  std::string failedStep;
  std::vector<Error> leftovers;
  /// The sandbox's namespace (see namespaceCookie).
  uint64_t cookie = 0;
  /// "namespace" first, then each step, as far as they were begun.
  std::vector<StepTime> times;
};

/// Carries plans out, one after another, or undoes what it did of them. While one is under way the sandboxes of the
/// next ones are opened by another thread, of which a worker has one: it must have no other batch meanwhile. Between
/// two plans the worker may be used for anything else.
class PlanBatch {
 public:
  /// Both must stay.
  PlanBatch(Worker& worker, std::span<Plan> plans);
  /// On the worker's thread. Of plans that were not carried out nothing is left.
  ~PlanBatch();
  PlanBatch(const PlanBatch&) = delete;
  PlanBatch& operator=(const PlanBatch&) = delete;

  bool isDone() const { return outcomes_.size() == plans_.size(); }
  /// Carries out the next plan. May throw ThreadLost.
  void next();
  /// One for each plan, once it is done.
  std::vector<PlanOutcome> takeOutcomes() { return std::move(outcomes_); }

 private:
  Worker& worker_;
  const std::span<Plan> plans_;
  /// Nothing for a single plan, and where there is none.
  SandboxOpener* const opener_;
  std::vector<PlanOutcome> outcomes_;
};

}  // namespace netplumb
