#include "engine/plan.h"

#include <errno.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "engine/sandbox.h"
#include "engine/sandbox_opener.h"
#include "engine/worker.h"
#include "netns/carrier.h"

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
      : worker_(worker), plan_(plan), sandbox_(std::move(opened)) {}
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
    if (!isDone(kNamespaceStep, sandbox_->microseconds, opened)) return;
    for (Step& step : plan_.steps) {
      outcome_.failedStep = step.name;
      const auto start = Clock::now();
      Status done = perform(step);
      const std::chrono::duration<double, std::micro> taken = Clock::now() - start;
      if (!isDone(step.name, taken.count(), done)) return;
    }
    outcome_.failedStep = kNamespaceStep;
    if (Status given = giveBack(*sandbox_); !given) {
      outcome_.error = given.error();
      return;
    }
    outcome_.failedStep.clear();
  }

  /// Notes what a step took, and why it failed if it did.
  bool isDone(const std::string& step, double microseconds, const Status& done) {
    outcome_.times.push_back({step, microseconds});
    if (!done) outcome_.error = done.error();
    return done.ok();
  }

  Status takeSandbox() {
    if (!sandbox_) openSandbox(plan_, worker_.home(), worker_.sandboxSysctls(), sandbox_.emplace());
    if (sandbox_->error) return *sandbox_->error;
    outcome_.cookie = sandbox_->cookie;
    return worker_.fillSlot(*sandbox_->netns);
  }

  Status perform(Step& step) {
    for (const Sysctl& sysctl : step.hostSysctls) {
      Status set = worker_.hostSysctls().write(sysctl);
      if (!set) return set;
    }
    undo_.push_back(&step);
    auto answers =
        step.inside ? exchange(*sandbox_->inside, step.requests, worker_.buffer()) : worker_.exchange(step.requests);
    // A broken conversation leaves it unknown what was done: take it for done.
    if (!answers) return answers.error();
    const auto refused = [](const Answer& answer) { return answer.error.has_value(); };
    if (std::all_of(answers->begin(), answers->end(), refused)) undo_.pop_back();
    const auto first = std::find_if(answers->begin(), answers->end(), refused);
    if (first != answers->end() && !step.optional) return *first->error;
    for (const std::string& link : step.settled) {
      Status settled = step.inside ? settleCarrier(*sandbox_->inside, link) : worker_.settleCarrier(link);
      if (!settled) return settled;
    }
    return Done{};
  }

  void takeBack() {
    if (!sandbox_) return;
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) takeBack(**step);
    for (Error& left : netplumb::takeBack(*sandbox_, plan_)) {
      outcome_.leftovers.push_back(std::move(left));
    }
  }

  void takeBack(Step& step) {
    if (step.undo.empty()) return;
    auto answers = step.inside ? exchange(*sandbox_->inside, step.undo, worker_.buffer()) : worker_.exchange(step.undo);
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
  PlanOutcome outcome_;
  /// Nothing until it was tried, here or ahead.
  std::optional<Sandbox> sandbox_;
  /// What has been done and would have to be taken back.
  std::vector<Step*> undo_;
};

}  // namespace

PlanBatch::PlanBatch(Worker& worker, std::span<Plan> plans)
    : worker_(worker), plans_(plans), opener_(plans.size() > 1 ? worker.opener() : nullptr) {
  outcomes_.reserve(plans.size());
  if (opener_ != nullptr) opener_->begin(plans);
}

PlanBatch::~PlanBatch() {
  if (opener_ != nullptr) opener_->end();
}

void PlanBatch::next() {
  auto opened = opener_ != nullptr ? opener_->take() : std::nullopt;
  outcomes_.push_back(Performance(worker_, plans_[outcomes_.size()], std::move(opened)).run());
}

}  // namespace netplumb
