#include "engine/sandbox_opener.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "engine/test_plan.h"

namespace netplumb::testing {

namespace {

constexpr size_t kMany = 16;

/// A new sandbox each, pinned, with a parameter set and one request inside.
std::vector<Plan> plansFor(size_t count) {
  std::vector<Plan> plans(count);
  for (size_t i = 0; i < count; ++i) {
    plans[i].sandbox = NetnsNew{};
    plans[i].pin = PlanHost::at("web" + std::to_string(i));
    plans[i].sysctls = {{"ipv4/ip_forward", "1"}};
    plans[i].steps = {{.name = "ask", .inside = true, .requests = {requestFor(RTM_GETLINK, 0, Object{{"index", 1}})}}};
  }
  return plans;
}

/// In existing namespaces, whose parameter has another value before.
std::vector<Plan> plansFor(const std::vector<Container>& containers) {
  std::vector<Plan> plans(containers.size());
  for (size_t i = 0; i < plans.size(); ++i) {
    plans[i].sandbox = NetnsPid{containers[i].pid()};
    plans[i].sysctls = {{"ipv4/ip_forward", "1"}};
  }
  return plans;
}

std::string forwarding(const NetnsRef& sandbox) {
  return lookInside(sandbox, [] { return must(SysctlTree().read("sys/net/ipv4/ip_forward")); });
}

/// Opens all that the thread left to its caller.
Sandbox takeOrOpen(SandboxOpener& opener, const Plan& plan) {
  if (auto taken = opener.take()) return std::move(*taken);
  SandboxSysctls sysctls;
  Sandbox sandbox;
  openSandbox(plan, must(Namespace::current()), sysctls, sandbox);
  return sandbox;
}

}  // namespace

TEST_CASE("plans of one batch each get the sandbox that they name, in order") {
  PlanHost host;
  for (int round = 0; round < 20; ++round) {
    std::vector<Plan> plans = plansFor(kMany);
    const auto outcomes = carryOut(host.worker, plans);
    REQUIRE(outcomes.size() == kMany);
    for (size_t i = 0; i < kMany; ++i) {
      CHECK_FALSE(outcomes[i].error.has_value());
      CHECK(outcomes[i].times.size() == 2);
      CHECK(outcomes[i].times.front().name == "namespace");
      CHECK(outcomes[i].times.front().microseconds > 0);
      const NetnsRef pinned = NetnsPath{plans[i].pin};
      CHECK(forwarding(pinned) == "1");
      CHECK(outcomes[i].cookie ==
            lookInside(pinned, [] { return namespaceCookie(must(Socket::open(NETLINK_ROUTE)).fd()); }));
    }
    for (const Plan& plan : plans) must(unpin(plan.pin));
  }
  CHECK(must(Namespace::current()) == host.worker.home());
}

TEST_CASE("a plan that fails touches no other of its batch, and leaves nothing") {
  PlanHost host;
  for (size_t failing = 0; failing < kMany; ++failing) {
    CAPTURE(failing);
    std::vector<Plan> plans = plansFor(kMany);
    plans[failing].steps.push_back({.name = "fails", .requests = {impossibleRequest()}});
    plans[(failing + 5) % kMany].sandbox = NetnsPath{"/nowhere"};
    plans[(failing + 9) % kMany].sysctls.push_back({"no/such/parameter", "1"});
    const auto outcomes = carryOut(host.worker, plans);
    for (size_t i = 0; i < kMany; ++i) {
      CAPTURE(i);
      const bool fails = i == failing || i == (failing + 5) % kMany || i == (failing + 9) % kMany;
      CHECK(outcomes[i].error.has_value() == fails);
      CHECK(outcomes[i].leftovers.empty());
      CHECK(filesIn(PlanHost::kDirectory).contains("web" + std::to_string(i)) == !fails);
      if (!fails) must(unpin(plans[i].pin));
    }
  }
}

TEST_CASE("batches leave no descriptor, and no thread when the worker ends") {
  const size_t threads = threadCount();
  const auto outside = openDescriptors();
  {
    PlanHost host;
    const auto round = [&] {
      std::vector<Plan> plans = plansFor(kMany);
      for (const PlanOutcome& outcome : carryOut(host.worker, plans)) CHECK_FALSE(outcome.error.has_value());
      for (const Plan& plan : plans) must(unpin(plan.pin));
    };
    for (int i = 0; i < 10; ++i) round();
    const Traces before = host.traces();
    for (int i = 0; i < 10; ++i) round();
    CHECK(host.traces() == before);
  }
  CHECK(threadsSettleAt(threads));
  CHECK(openDescriptors() == outside);
}

TEST_CASE("what was opened and not taken is taken back") {
  PlanHost host;
  std::vector<Container> containers(kMany);
  SandboxOpener opener(must(Namespace::current()));
  const std::vector<Plan> made = plansFor(kMany);
  const std::vector<Plan> known = plansFor(containers);
  for (const std::vector<Plan>* plans : {&made, &known}) {
    for (size_t taken = 0; taken < kMany; ++taken) {
      CAPTURE(taken);
      const Traces before = host.traces();
      opener.begin(*plans);
      std::vector<Sandbox> ours;
      for (size_t i = 0; i < taken; ++i) ours.push_back(takeOrOpen(opener, (*plans)[i]));
      opener.end();
      for (size_t i = 0; i < taken; ++i) {
        CHECK_FALSE(ours[i].error.has_value());
        CHECK(takeBack(ours[i], (*plans)[i]).empty());
      }
      CHECK(host.traces().names == before.names);
      for (const Container& container : containers) CHECK(forwarding(NetnsPid{container.pid()}) == "0");
    }
  }
}

TEST_CASE("a thread that is lost leaves the rest to its caller") {
  PlanHost host;
  const Namespace home = must(Namespace::current());
  auto given = must(Namespace::current());
  const int descriptor = given.fd();
  SandboxOpener opener(std::move(given));
  const UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  REQUIRE(dup3(null.get(), descriptor, O_CLOEXEC) == descriptor);
  /// How many the thread could not finish.
  const auto round = [&] {
    std::vector<Plan> plans = plansFor(kMany);
    opener.begin(plans);
    int lost = 0;
    for (const Plan& plan : plans) {
      Sandbox sandbox = takeOrOpen(opener, plan);
      if (sandbox.error) {
        CHECK(sandbox.error->number == ENOTRECOVERABLE);
        ++lost;
      }
      CHECK(takeBack(sandbox, plan).empty());
    }
    opener.end();
    CHECK(filesIn(PlanHost::kDirectory).empty());
    return lost;
  };
  // The first that the thread opens is its last; when it begins with one is its own affair.
  int lost = 0;
  for (int rounds = 0; lost == 0 && rounds < 1000; ++rounds) lost = round();
  CHECK(lost == 1);
  for (int rounds = 0; rounds < 5; ++rounds) CHECK(round() == 0);
}

}  // namespace netplumb::testing
