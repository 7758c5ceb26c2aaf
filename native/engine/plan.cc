#include "engine/plan.h"

#include <errno.h>
#include <linux/netlink.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "netns/excursion.h"
#include "netns/pin.h"

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
  Performance(Worker& worker, Plan& plan)
      : worker_(worker), plan_(plan), isNew_(std::holds_alternative<NetnsNew>(plan.sandbox)) {}
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
    if (!timed(kNamespaceStep, [this] { return openSandbox(); })) return;
    for (Step& step : plan_.steps) {
      if (!timed(step.name, [&] { return perform(step); })) return;
    }
    outcome_.failedStep.clear();
  }

  template <typename Work>
  bool timed(const std::string& name, Work work) {
    outcome_.failedStep = name;  // Until it is done.
    const auto start = Clock::now();
    Status done = work();
    outcome_.times.push_back({name, std::chrono::duration<double, std::micro>(Clock::now() - start).count()});
    if (!done) outcome_.error = done.error();
    return done.ok();
  }

  Status openSandbox() {
    Status opened = isNew_ ? createSandbox() : enterSandbox();
    if (!opened) return opened;
    if (!isNew_ && !plan_.pin.empty()) {
      Status linked = linkNamespace(plan_.pin, plan_.linkTarget);
      if (!linked) return linked;
      pinned_ = true;
    }
    outcome_.cookie = namespaceCookie(inside_->fd());
    return worker_.fillSlot(*sandbox_);
  }

  Status enterSandbox() {
    auto target = Namespace::open(plan_.sandbox);
    if (!target) return target.error();
    if (*target == worker_.home()) return Error{EXDEV, "netns", "the host's own"};
    sandbox_ = std::move(*target);
    return inside(*sandbox_, worker_.home(), [this] { return prepare(); });
  }

  Status createSandbox() {
    return insideNew(worker_.home(), [this]() -> Status {
      auto target = Namespace::current();
      if (!target) return target.error();
      sandbox_ = std::move(*target);
      Status prepared = prepare();
      if (!prepared || plan_.pin.empty()) return prepared;
      Status pinned = pinCurrent(plan_.pin);
      pinned_ = pinned.ok();
      return pinned;
    });
  }

  /// While the thread stands in the sandbox.
  Status prepare() {
    auto socket = Socket::open(NETLINK_ROUTE);
    if (!socket) return socket.error();
    inside_ = std::move(*socket);
    SysctlTree& sysctls = worker_.sandboxSysctls();
    for (const Sysctl& sysctl : plan_.sysctls) {
      auto former = sysctls.replace(sysctl);
      if (!former) return former.error();
      if (!isNew_ && !former->empty() && *former != sysctl.value) formers_.push_back({sysctl.path, std::move(*former)});
    }
    return Done{};
  }

  Status perform(Step& step) {
    for (const Sysctl& sysctl : step.hostSysctls) {
      Status set = worker_.hostSysctls().write(sysctl);
      if (!set) return set;
    }
    undo_.push_back(&step);
    auto answers = step.inside ? exchange(*inside_, step.requests, worker_.buffer()) : worker_.exchange(step.requests);
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
    if (pinned_) report(unpin(plan_.pin));
    if (!formers_.empty()) report(inside(*sandbox_, worker_.home(), [this] { return restoreSysctls(); }));
  }

  void takeBack(Step& step) {
    if (step.undo.empty()) return;
    auto answers = step.inside ? exchange(*inside_, step.undo, worker_.buffer()) : worker_.exchange(step.undo);
    if (!answers) {
      report(answers.error());
      return;
    }
    for (const Answer& answer : *answers) {
      if (answer.error && !saysGone(*answer.error)) report(*answer.error);
    }
  }

  Status restoreSysctls() {
    for (auto former = formers_.rbegin(); former != formers_.rend(); ++former) {
      report(worker_.sandboxSysctls().write(*former));
    }
    return Done{};
  }

  void report(const Status& status) {
    if (!status) outcome_.leftovers.push_back(status.error());
  }

  Worker& worker_;
  Plan& plan_;
  const bool isNew_;
  PlanOutcome outcome_;
  std::optional<Namespace> sandbox_;
  /// A socket in the sandbox.
  std::optional<Socket> inside_;
  // What has been done and would have to be taken back.
  std::vector<Step*> undo_;
  std::vector<Sysctl> formers_;
  bool pinned_ = false;
};

}  // namespace

PlanOutcome carryOut(Worker& worker, Plan& plan) { return Performance(worker, plan).run(); }

}  // namespace netplumb
