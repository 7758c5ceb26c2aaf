// What an engine watches between its tasks.
#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/eventfd.h>

#include <atomic>
#include <chrono>

#include "engine/subscription.h"
#include "engine/test_engine.h"
#include "engine/test_plan.h"

namespace netplumb::testing {

namespace {

using std::chrono::milliseconds;

/// A descriptor that can be read for as long as it is left readable.
class Bell : public Watch {
 public:
  explicit Bell(std::function<bool()> heard) : fd_(eventfd(0, EFD_CLOEXEC)), heard_(std::move(heard)) {}

  void ring() {
    const uint64_t one = 1;
    CHECK(write(fd_.get(), &one, sizeof one) == sizeof one);
  }
  void silence() {
    uint64_t count;
    CHECK(read(fd_.get(), &count, sizeof count) == sizeof count);
  }

  int fd() const override { return fd_.get(); }
  bool ready(std::span<uint8_t> buffer) override {
    if (buffer.size() < kReceiveBuffer) tooSmall = true;
    return heard_();
  }
  void abandon(const Error& why) override {
    number = why.number;
    ++abandoned;
  }

  std::atomic<bool> tooSmall = false;
  std::atomic<int> abandoned = 0;
  std::atomic<int> number = 0;

 private:
  UniqueFd fd_;
  std::function<bool()> heard_;
};

template <typename Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 10'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return false;
}

}  // namespace

TEST_CASE("a watch is served while the engine has nothing else to do") {
  TestEngine engine;
  std::atomic<int> heard = 0;
  std::shared_ptr<Bell> bell;
  bell = std::make_shared<Bell>([&] {
    bell->silence();
    ++heard;
    return true;
  });
  engine->watch(bell);
  for (int i = 1; i <= 10; ++i) {
    bell->ring();
    REQUIRE(eventually([&] { return heard == i; }));
  }
  CHECK_FALSE(bell->tooSmall);
  engine->stop();
}

TEST_CASE("a watch is served between tasks, however many wait") {
  TestEngine engine;
  std::atomic<int> done = 0;
  std::atomic<int> doneWhenHeard = -1;
  std::shared_ptr<Bell> bell;
  bell = std::make_shared<Bell>([&] {
    doneWhenHeard = done.load();
    return false;
  });
  engine->watch(bell);
  std::atomic<bool> release = false;
  engine.submit("holds up the rest", [&](Worker&) {
    while (!release) std::this_thread::sleep_for(milliseconds(1));
  });
  for (int i = 0; i < 1000; ++i) engine.submit(std::to_string(i), [&](Worker&) { ++done; });
  bell->ring();
  release = true;
  engine.wait(1001);
  CHECK(doneWhenHeard == 0);
}

TEST_CASE("a watch that never falls silent keeps no task waiting") {
  TestEngine engine;
  std::atomic<int> heard = 0;
  const auto bell = std::make_shared<Bell>([&] {
    ++heard;
    return true;
  });
  engine->watch(bell);
  bell->ring();
  REQUIRE(eventually([&] { return heard > 100; }));
  for (int i = 0; i < 100; ++i) engine.submit(std::to_string(i));
  CHECK(engine.wait(100).size() == 100);
  engine->stop();
  CHECK(bell->abandoned == 1);
  CHECK(bell->number == ECANCELED);
}

TEST_CASE("a watch that wants no more is left alone, and not told of the end") {
  TestEngine engine;
  std::atomic<int> heard = 0;
  const auto bell = std::make_shared<Bell>([&] {
    ++heard;
    return false;
  });
  engine->watch(bell);
  bell->ring();
  REQUIRE(eventually([&] { return heard == 1; }));
  for (int i = 0; i < 10; ++i) engine.run([](Worker&) {});
  CHECK(heard == 1);
  engine->stop();
  CHECK(bell->abandoned == 0);
}

TEST_CASE("unwatch ends it") {
  TestEngine engine;
  std::atomic<int> heard = 0;
  const auto bell = std::make_shared<Bell>([&] {
    ++heard;
    return true;
  });
  engine->watch(bell);
  bell->ring();
  REQUIRE(eventually([&] { return heard > 0; }));
  engine->unwatch(bell);
  // What was under way has come to its end when a task has been run.
  engine.run([](Worker&) {});
  const int before = heard;
  engine.run([](Worker&) {});
  std::this_thread::sleep_for(milliseconds(20));
  CHECK(heard == before);
  engine->unwatch(bell);
  engine->stop();
  CHECK(bell->abandoned == 0);
}

TEST_CASE("an engine that has ended watches nothing, and says why") {
  TestEngine engine(NetnsPath{"/no/such/namespace"});
  engine.waitForEnd();
  const auto bell = std::make_shared<Bell>([] { return true; });
  engine->watch(bell);
  CHECK(bell->abandoned == 1);
  CHECK(bell->number == ENOENT);
}

TEST_CASE("watching, unwatching and stopping at any moment") {
  for (int round = 0; round < 100; ++round) {
    TestEngine engine;
    std::vector<std::shared_ptr<Bell>> bells;
    std::atomic<int> heard = 0;
    for (int i = 0; i < 5; ++i) {
      bells.push_back(std::make_shared<Bell>([&] {
        ++heard;
        return true;
      }));
      bells.back()->ring();
      engine->watch(bells.back());
      engine.submit(std::to_string(i));
    }
    engine->unwatch(bells[static_cast<size_t>(round) % bells.size()]);
    engine->stop();
    int abandoned = 0;
    for (const auto& bell : bells) abandoned += bell->abandoned;
    CHECK(abandoned == 4);
  }
}

TEST_CASE("an engine's subscription tells of its host while tasks change it") {
  const FreshNamespace room;
  std::atomic<int> told = 0;
  std::atomic<bool> lost = false;
  TestEngine engine;
  std::shared_ptr<Subscription> subscription;
  engine.run([&](Worker&) {
    auto opened = Subscription::open({NETLINK_ROUTE, {RTNLGRP_LINK}}, [&](Notifications news) {
      told += static_cast<int>(news.messages.size());
      lost = lost || news.lost;
    });
    if (opened) subscription = *opened;
  });
  REQUIRE(subscription != nullptr);
  engine->watch(subscription);
  for (int i = 0; i < 200; ++i) {
    engine.submit(std::to_string(i), [mtu = 1400 + i](Worker& worker) {
      std::vector<Request> requests{requestFor(RTM_SETLINK, 0, Object{{"name", "lo"}, {"mtu", mtu}})};
      (void)worker.exchange(requests);
    });
  }
  engine.wait(201);
  CHECK(eventually([&] { return told >= 200; }));
  CHECK_FALSE(lost);
  engine->stop();
}

}  // namespace netplumb::testing
