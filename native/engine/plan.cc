#include "engine/plan.h"

#include <errno.h>
#include <linux/netlink.h>

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <utility>

#include "netns/excursion.h"
#include "netns/pin.h"

namespace netplumb {

namespace {

using Clock = std::chrono::steady_clock;

constexpr char kNamespaceStep[] = "namespace";

/// The sandbox, ready to be worked on.
struct Sandbox {
  Namespace handle;
  Socket socket;
};

class Performance {
 public:
  Performance(Worker& worker, Plan& plan) : worker_(worker), plan_(plan) {}

  PlanOutcome run() {
    carryOut();
    worker_.clearSlot();
    return std::move(outcome_);
  }

 private:
  void carryOut() {
    auto sandbox = timed(kNamespaceStep, [this] { return openSandbox(); });
    if (!sandbox) {
      fail(kNamespaceStep, sandbox.error());
      return;
    }
    for (Step& step : plan_.steps) {
      Status done = timed(step.name, [&] { return perform(step, sandbox->socket); });
      if (done) continue;
      fail(step.name, done.error());
      return;
    }
  }

  template <typename Work>
  std::invoke_result_t<Work> timed(const std::string& name, Work work) {
    const auto start = Clock::now();
    auto result = work();
    outcome_.times.push_back({name, std::chrono::duration<double, std::micro>(Clock::now() - start).count()});
    return result;
  }

  Result<Sandbox> openSandbox() {
    const bool isNew = std::holds_alternative<NetnsNew>(plan_.sandbox);
    auto sandbox = isNew ? createSandbox() : enterSandbox();
    if (!sandbox) return sandbox;
    if (!isNew && !plan_.pin.empty()) {
      Status linked = linkNamespace(plan_.pin, plan_.linkTarget);
      if (!linked) return linked.error();
      pinned_ = true;
    }
    outcome_.cookie = namespaceCookie(sandbox->socket.fd());
    Status filled = worker_.fillSlot(sandbox->handle);
    if (!filled) return filled.error();
    return sandbox;
  }

  Result<Sandbox> enterSandbox() {
    auto target = Namespace::open(plan_.sandbox);
    if (!target) return target.error();
    auto excursion = Excursion::enter(*target, worker_.home());
    if (!excursion) return excursion.error();
    auto socket = prepare();
    excursion->leave();
    if (!socket) return socket.error();
    return Sandbox{std::move(*target), std::move(*socket)};
  }

  Result<Sandbox> createSandbox() {
    auto excursion = Excursion::create(worker_.home());
    if (!excursion) return excursion.error();
    auto target = Namespace::current();
    auto socket = prepare();
    Status pinned = Done{};
    if (target && socket && !plan_.pin.empty()) {
      pinned = pinCurrent(plan_.pin);
      pinned_ = pinned.ok();
    }
    excursion->leave();
    if (!target) return target.error();
    if (!socket) return socket.error();
    if (!pinned) return pinned.error();
    return Sandbox{std::move(*target), std::move(*socket)};
  }

  /// While the thread stands in the sandbox.
  Result<Socket> prepare() {
    auto socket = Socket::open(NETLINK_ROUTE);
    if (!socket) return socket;
    for (const Sysctl& sysctl : plan_.sysctls) {
      Status written = writeSysctl(sysctl);
      if (!written) return written.error();
    }
    return socket;
  }

  Status perform(Step& step, Socket& inside) {
    auto answers =
        step.inside ? exchange(inside, step.requests, worker_.buffer()) : worker_.exchange(step.requests);
    // A broken conversation leaves it unknown what was done: take it for done.
    const bool any = !answers || std::any_of(answers->begin(), answers->end(),
                                             [](const Answer& answer) { return !answer.error; });
    if (any) undo_.push_back(&step.undo);
    if (!answers) return answers.error();
    for (const Answer& answer : *answers) {
      if (answer.error) return *answer.error;
    }
    return Done{};
  }

  void fail(const std::string& step, Error error) {
    outcome_.error = std::move(error);
    outcome_.failedStep = step;
    for (auto requests = undo_.rbegin(); requests != undo_.rend(); ++requests) takeBack(**requests);
    if (!pinned_) return;
    Status unpinned = unpin(plan_.pin);
    if (!unpinned) outcome_.leftovers.push_back(unpinned.error());
  }

  void takeBack(std::vector<Request>& requests) {
    if (requests.empty()) return;
    auto answers = worker_.exchange(requests);
    if (!answers) {
      outcome_.leftovers.push_back(answers.error());
      return;
    }
    for (const Answer& answer : *answers) {
      if (answer.error && answer.error->number != ENODEV) outcome_.leftovers.push_back(*answer.error);
    }
  }

  Worker& worker_;
  Plan& plan_;
  PlanOutcome outcome_;
  std::vector<std::vector<Request>*> undo_;
  bool pinned_ = false;
};

}  // namespace

PlanOutcome carryOut(Worker& worker, Plan& plan) { return Performance(worker, plan).run(); }

}  // namespace netplumb
