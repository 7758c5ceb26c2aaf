#include "engine/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <new>
#include <stdexcept>

#include "engine/test_engine.h"
#include "netns/excursion.h"

namespace netplumb::testing {

namespace {

using std::chrono::milliseconds;

std::string at(int number) { return "task " + std::to_string(number); }

/// Every task has come back once, and the thread has said once that it ends.
void checkAllCameBack(TestEngine& engine, const std::vector<TaskFate>& fates, size_t count) {
  CHECK(engine.ends() == 1);
  std::set<std::string> names;
  for (const TaskFate& fate : fates) names.insert(fate.name);
  CHECK(fates.size() == count);
  CHECK(names.size() == count);
}

/// A patient task in three pieces, the first of which is under way until `release`.
struct HeldTask {
  explicit HeldTask(TestEngine& engine) {
    const auto piece = [this](Worker&) {
      ++pieces;
      while (!release) std::this_thread::sleep_for(milliseconds(1));
    };
    engine.submit("in pieces", piece, true, 3);
    while (pieces == 0) std::this_thread::sleep_for(milliseconds(1));
  }

  std::atomic<bool> release = false;
  /// How many were begun.
  std::atomic<int> pieces = 0;
};

}  // namespace

TEST_CASE("tasks run in order, on one thread that stands in the host's namespace") {
  const Child child([] { return unshare(CLONE_NEWNET) == 0; });
  REQUIRE(child.started());
  const std::string ours = whereAmI();
  TestEngine engine(NetnsPid{child.pid()});
  std::vector<int> order;
  std::set<std::thread::id> threads;
  std::set<std::string> places;
  for (int i = 0; i < 100; ++i) {
    engine.submit(at(i), [&, i](Worker&) {
      order.push_back(i);
      threads.insert(std::this_thread::get_id());
      places.insert(whereAmI());
    });
  }
  const auto fates = engine.wait(100);
  for (int i = 0; i < 100; ++i) {
    CHECK(order[static_cast<size_t>(i)] == i);
    CHECK(fates[static_cast<size_t>(i)].name == at(i));
    CHECK_FALSE(fates[static_cast<size_t>(i)].abandoned.has_value());
  }
  CHECK(threads.size() == 1);
  CHECK_FALSE(threads.contains(std::this_thread::get_id()));
  CHECK(places.size() == 1);
  CHECK_FALSE(places.contains(ours));
  CHECK(whereAmI() == ours);
}

TEST_CASE("patient tasks run in order when no other waits") {
  TestEngine engine;
  std::atomic<bool> release = false;
  engine.submit("first", [&](Worker&) {
    while (!release) std::this_thread::sleep_for(milliseconds(1));
  });
  for (const char* name : {"patient 1", "patient 2"}) engine.submit(name, [](Worker&) {}, true);
  engine.submit("late");
  release = true;
  std::vector<std::string> names;
  for (const TaskFate& fate : engine.wait(4)) names.push_back(fate.name);
  CHECK(names == std::vector<std::string>{"first", "late", "patient 1", "patient 2"});
}

TEST_CASE("between two pieces of a patient task others run, and patient ones after it") {
  TestEngine engine;
  HeldTask held(engine);
  engine.submit("patient", [](Worker&) {}, true);
  int before = 0;
  for (const char* name : {"one", "two"}) engine.submit(name, [&](Worker&) { before = held.pieces; });
  held.release = true;
  std::vector<std::string> names;
  for (const TaskFate& fate : engine.wait(4)) names.push_back(fate.name);
  CHECK(names == std::vector<std::string>{"one", "two", "in pieces", "patient"});
  CHECK(before == 1);
  CHECK(held.pieces == 3);
}

TEST_CASE("stop finishes all pieces of the task under way, and lets no other in between") {
  TestEngine engine;
  HeldTask held(engine);
  engine.submit("waits");
  engine->requestStop();
  held.release = true;
  const auto fates = engine.waitForEnd();
  checkAllCameBack(engine, fates, 2);
  CHECK(fates[0].name == "in pieces");
  CHECK_FALSE(fates[0].abandoned.has_value());
  CHECK(fates[1].abandoned.has_value());
  CHECK(held.pieces == 3);
}

TEST_CASE("what ends the engine between two pieces of a task is told to that one, too") {
  TestEngine engine;
  HeldTask held(engine);
  engine.submit("throws", [](Worker&) { throw std::runtime_error("what was thrown"); });
  held.release = true;
  const auto fates = engine.waitForEnd();
  checkAllCameBack(engine, fates, 2);
  for (const TaskFate& fate : fates) CHECK(fate.abandoned.value().message == "what was thrown");
  CHECK(held.pieces == 1);
}

TEST_CASE("the thread leaves signals to the program") {
  TestEngine engine;
  sigset_t blocked;
  engine.run([&](Worker&) { pthread_sigmask(SIG_BLOCK, nullptr, &blocked); });
  for (const int number : {SIGTERM, SIGINT, SIGCHLD, SIGUSR1, SIGPIPE}) CHECK(sigismember(&blocked, number) == 1);
}

TEST_CASE("a host that cannot be entered: every task is told why") {
  TestEngine engine(NetnsPath{"/no/such/namespace"});
  engine.submit("early");
  engine.waitForEnd();
  engine.submit("late");
  const auto fates = engine.wait(2);
  for (const TaskFate& fate : fates) {
    REQUIRE(fate.abandoned.has_value());
    CHECK(fate.abandoned->number == ENOENT);
    CHECK(fate.abandoned->operation == "open");
    CHECK(fate.abandoned->object == "/no/such/namespace");
  }
  CHECK(fates.back().onOwnThread);
  engine->stop();
  CHECK(engine.ends() == 1);
}

TEST_CASE("hosts that are none") {
  CHECK(TestEngine(NetnsPath{"/dev/null"}).run([](Worker&) {}).abandoned->operation == "netns");
  CHECK(TestEngine(NetnsPid{4'194'305}).run([](Worker&) {}).abandoned->number == ESRCH);
  CHECK(TestEngine(NetnsFd{-1}).run([](Worker&) {}).abandoned->number == EBADF);
  CHECK(TestEngine(NetnsNew{}).run([](Worker&) {}).abandoned->number == EINVAL);
}

TEST_CASE("an urgent engine's thread goes before others of its process, as far as it may") {
  const auto nicenessOf = [](Urgency urgency) {
    int niceness = 100;
    TestEngine(here(), urgency).run([&](Worker&) { niceness = getpriority(PRIO_PROCESS, 0); });
    return niceness;
  };
  const int ours = getpriority(PRIO_PROCESS, 0);
  CHECK(nicenessOf(Urgency::kUsual) == ours);
  const bool mayHurry = geteuid() == 0 && std::thread::hardware_concurrency() > 1;
  CHECK(nicenessOf(Urgency::kHigh) == (mayHurry ? -5 : ours));
  CHECK(getpriority(PRIO_PROCESS, 0) == ours);
}

TEST_CASE("stop finishes the task under way and abandons those that wait") {
  TestEngine engine;
  std::atomic<bool> begun = false;
  std::atomic<bool> release = false;
  engine.submit("first", [&](Worker&) {
    begun = true;
    while (!release) std::this_thread::sleep_for(milliseconds(1));
  });
  for (int i = 0; i < 1000; ++i) engine.submit(at(i), [](Worker&) {}, i % 2 == 0);
  while (!begun) std::this_thread::sleep_for(milliseconds(1));
  engine->requestStop();
  engine.submit("after the request");
  release = true;
  engine->stop();
  const auto fates = engine.waitForEnd();
  checkAllCameBack(engine, fates, 1002);
  CHECK_FALSE(fates.front().abandoned.has_value());
  for (size_t i = 1; i < fates.size(); ++i) {
    REQUIRE(fates[i].abandoned.has_value());
    CHECK(fates[i].abandoned->number == ECANCELED);
    CHECK(fates[i].abandoned->operation == "engine");
  }
  engine.submit("after the end");
  CHECK(engine.wait(1003).back().abandoned->number == ECANCELED);
  CHECK(engine.ends() == 1);
}

TEST_CASE("stop can be repeated, and an engine that never worked can be stopped") {
  TestEngine engine;
  engine->stop();
  engine->requestStop();
  engine->stop();
  CHECK(engine.ends() == 1);
}

TEST_CASE("stopping at any moment loses no task and runs none twice") {
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    std::atomic<int> ran = 0;
    TestEngine engine;
    const int count = 20;
    for (int i = 0; i < count; ++i) {
      engine.submit(at(i), [&](Worker&) { ++ran; });
      if (i == round % count) engine->requestStop();
    }
    engine->stop();
    const auto fates = engine.wait(count);
    checkAllCameBack(engine, fates, count);
    int abandoned = 0;
    for (const TaskFate& fate : fates) abandoned += fate.abandoned.has_value() ? 1 : 0;
    CHECK(ran + abandoned == count);
  }
}

TEST_CASE("a task that runs out of memory fails alone") {
  TestEngine engine;
  const TaskFate fate = engine.run([](Worker&) { throw std::bad_alloc(); });
  REQUIRE(fate.abandoned.has_value());
  CHECK(fate.abandoned->number == ENOMEM);
  CHECK(fate.abandoned->operation == "engine");
  CHECK_FALSE(engine.run([](Worker&) {}).abandoned.has_value());
}

TEST_CASE("anything else that is thrown ends the engine, and every task is told what it was") {
  TestEngine engine;
  std::atomic<bool> queued = false;
  engine.submit("throws", [&](Worker&) {
    while (!queued) std::this_thread::sleep_for(milliseconds(1));
    throw std::runtime_error("what was thrown");
  });
  engine.submit("waits");
  queued = true;
  engine.waitForEnd();
  engine.submit("late");
  const auto fates = engine.wait(3);
  checkAllCameBack(engine, fates, 3);
  for (const TaskFate& fate : fates) {
    CAPTURE(fate.name);
    REQUIRE(fate.abandoned.has_value());
    CHECK(fate.abandoned->number == ENOTRECOVERABLE);
    CHECK(fate.abandoned->operation == "engine");
    CHECK(fate.abandoned->message == "what was thrown");
  }
}

TEST_CASE("a thread that is lost in a namespace ends, and every task is told so") {
  TestEngine engine;
  std::atomic<bool> queued = false;
  engine.submit("is lost", [&](Worker& worker) {
    while (!queued) std::this_thread::sleep_for(milliseconds(1));
    (void)insideNew(worker.home(), [&]() -> Status {
      // From here there is no way back.
      const UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
      dup2(null.get(), worker.home().fd());
      return Done{};
    });
  });
  for (int i = 0; i < 10; ++i) engine.submit(at(i));
  queued = true;
  engine.waitForEnd();
  engine.submit("late");
  const auto fates = engine.wait(12);
  checkAllCameBack(engine, fates, 12);
  for (const TaskFate& fate : fates) {
    CAPTURE(fate.name);
    REQUIRE(fate.abandoned.has_value());
    CHECK(fate.abandoned->number == ENOTRECOVERABLE);
    CHECK(fate.abandoned->operation == "engine");
    CHECK(fate.abandoned->message == "the thread cannot return to its network namespace: Invalid argument");
  }
  // The thread is gone, not left standing there.
  engine->stop();
  CHECK(engine.ends() == 1);
}

TEST_CASE("no descriptor left for the engine") {
  rlimit before;
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  TestEngine engine;
  const TaskFate fate = engine.run([](Worker&) {});
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE(fate.abandoned.has_value());
  CHECK(fate.abandoned->number == EMFILE);
  CHECK(fate.abandoned->operation == "eventfd");
  engine.waitForEnd();
}

}  // namespace netplumb::testing
