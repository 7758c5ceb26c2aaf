#include "engine/plan.h"

#include <errno.h>
#include <linux/netlink.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "engine/sandbox.h"
#include "engine/worker.h"

namespace netplumb {

namespace {

using Clock = std::chrono::steady_clock;

constexpr char kNamespaceStep[] = "namespace";

/// What there is nothing left to remove of: a link, a neighbour or rule, a route, an address.
bool saysGone(const Error& error) {
  return error.number == ENODEV || error.number == ENOENT || error.number == ESRCH || error.number == EADDRNOTAVAIL;
}

class Performance {
 public:
  Performance(Worker& worker, Plan& plan, std::optional<Sandbox> opened)
      : worker_(worker), plan_(plan), isOpened_(opened.has_value()) {
    if (opened) sandbox_ = std::move(*opened);
  }
  Performance(const Performance&) = delete;
  Performance& operator=(const Performance&) = delete;
  ~Performance() { worker_.clearSlot(); }

  PlanOutcome run() {
    try {
      perform();
    } catch (const std::bad_alloc& error) {
      outcome_.error = Error{ENOMEM, "engine", error.what()};
    } catch (...) {
      // The host's socket and the file system are in reach wherever the thread stands.
      takeBack();
      throw;
    }
    if (outcome_.error) takeBack();
    return std::move(outcome_);
  }

 private:
  void perform() {
    outcome_.failedStep = kNamespaceStep;  // Until it is done.
    Status opened = takeSandbox();
    outcome_.times.push_back({kNamespaceStep, sandbox_.microseconds});
    if (!opened) {
      outcome_.error = opened.error();
      return;
    }
    for (Step& step : plan_.steps) {
      outcome_.failedStep = step.name;
      const auto start = Clock::now();
      Status done = perform(step);
      outcome_.times.push_back({step.name, std::chrono::duration<double, std::micro>(Clock::now() - start).count()});
      if (!done) {
        outcome_.error = done.error();
        return;
      }
    }
    outcome_.failedStep.clear();
  }

  Status takeSandbox() {
    if (!isOpened_) openSandbox(plan_, worker_.home(), worker_.sandboxSysctls(), sandbox_);
    if (sandbox_.error) return *sandbox_.error;
    outcome_.cookie = sandbox_.cookie;
    return worker_.fillSlot(*sandbox_.netns);
  }

  Status perform(Step& step) {
    for (const Sysctl& sysctl : step.hostSysctls) {
      Status set = worker_.hostSysctls().write(sysctl);
      if (!set) return set;
    }
    undo_.push_back(&step);
    auto answers =
        step.inside ? exchange(*sandbox_.inside, step.requests, worker_.buffer()) : worker_.exchange(step.requests);
    // A broken conversation leaves it unknown what was done: take it for done.
    if (!answers) return answers.error();
    const auto refused = [](const Answer& answer) { return answer.error.has_value(); };
    if (std::all_of(answers->begin(), answers->end(), refused)) undo_.pop_back();
    const auto first = std::find_if(answers->begin(), answers->end(), refused);
    if (first != answers->end() && !step.optional) return *first->error;
    return Done{};
  }

  void takeBack() {
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) takeBack(**step);
    for (Error& left : netplumb::takeBack(sandbox_, plan_, worker_.home(), worker_.sandboxSysctls())) {
      outcome_.leftovers.push_back(std::move(left));
    }
  }

  void takeBack(Step& step) {
    if (step.undo.empty()) return;
    auto answers = step.inside ? exchange(*sandbox_.inside, step.undo, worker_.buffer()) : worker_.exchange(step.undo);
    if (!answers) {
      report(answers.error());
      return;
    }
    for (const Answer& answer : *answers) {
      if (answer.error && !saysGone(*answer.error)) report(*answer.error);
    }
  }

  void report(const Status& status) {
    if (!status) outcome_.leftovers.push_back(status.error());
  }

  Worker& worker_;
  Plan& plan_;
  const bool isOpened_;
  PlanOutcome outcome_;
  Sandbox sandbox_;
  /// What has been done and would have to be taken back.
  std::vector<Step*> undo_;
};

/// What opens the sandboxes of several plans ahead; nothing for a single one.
class Ahead {
 public:
  Ahead(Worker& worker, std::span<const Plan> plans) : opener_(plans.size() > 1 ? worker.opener() : nullptr) {
    if (opener_ != nullptr) opener_->begin(plans);
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;
  ~Ahead() {
    if (opener_ != nullptr) opener_->end();
  }

  std::optional<Sandbox> take() { return opener_ != nullptr ? opener_->take() : std::nullopt; }

 private:
  SandboxOpener* const opener_;
};

}  // namespace

std::vector<PlanOutcome> carryOut(Worker& worker, std::span<Plan> plans) {
  std::vector<PlanOutcome> outcomes;
  outcomes.reserve(plans.size());
  Ahead ahead(worker, plans);
  for (Plan& plan : plans) outcomes.push_back(Performance(worker, plan, ahead.take()).run());
  return outcomes;
}

}  // namespace netplumb
