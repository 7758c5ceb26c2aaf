// What many tasks, plans and engines leave behind in the process: nothing.
#include <atomic>

#include "engine/test_engine.h"
#include "engine/test_plan.h"

namespace netplumb::testing {

TEST_CASE("ten thousand tasks") {
  TestEngine engine;
  const Request request = requestFor(RTM_GETLINK, 0, Object{{"name", "lo"}});
  std::atomic<int> answered = 0;
  const auto ask = [&](Worker& worker) {
    std::vector<Request> requests{request};
    const auto answers = worker.exchange(requests);
    if (answers && !answers->front().error) ++answered;
  };
  engine.run(ask);
  const auto descriptors = openDescriptors();
  const size_t threads = threadCount();
  for (int i = 1; i < 10'000; ++i) engine.submit(std::to_string(i), ask);
  CHECK(engine.wait(10'000).size() == 10'000);
  CHECK(answered == 10'000);
  CHECK(openDescriptors() == descriptors);
  CHECK(threadsSettleAt(threads));
}

TEST_CASE("hundreds of plans, every other of which fails") {
  PlanHost host;
  TestEngine engine;
  std::atomic<int> wrong = 0;
  const auto carryOutOne = [&](Plan& plan, bool fails) {
    engine.run([&](Worker& worker) {
      const PlanOutcome outcome = carryOut(worker, plan);
      if (outcome.error.has_value() != fails || !outcome.leftovers.empty()) ++wrong;
    });
  };
  const auto round = [&] {
    Plan good;
    good.sandbox = NetnsNew{};
    good.sysctls = {{"ipv4/ip_forward", "1"}};
    good.steps = {{.name = "up", .inside = true, .requests = {requestFor(RTM_GETLINK, 0, Object{{"index", 1}})}}};
    carryOutOne(good, false);
    Plan bad = good;
    bad.steps.push_back({.name = "fails", .requests = {impossibleRequest()}});
    carryOutOne(bad, true);
  };
  // Until the file system for parameters has been made anew once.
  for (int i = 0; i < 20; ++i) round();
  const Traces before = host.traces();
  for (int i = 0; i < 200; ++i) round();
  CHECK(wrong == 0);
  CHECK(host.traces() == before);
}

TEST_CASE("engines come and go") {
  {
    TestEngine().run([](Worker&) {});
  }
  const auto descriptors = openDescriptors();
  const size_t threads = threadCount();
  for (int i = 0; i < 300; ++i) TestEngine().run([](Worker&) {});
  CHECK(openDescriptors() == descriptors);
  CHECK(threadsSettleAt(threads));
}

}  // namespace netplumb::testing
