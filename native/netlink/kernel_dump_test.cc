// Listings of the running kernel.
#include <errno.h>

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>

#include "netlink/dump.h"
#include "netlink/exchange.h"
#include "netlink/test_messages.h"
#include "netlink/test_namespace.h"

namespace netplumb::testing {

namespace {

using Clock = std::chrono::steady_clock;

std::multiset<std::string> namesIn(const std::vector<std::vector<uint8_t>>& payloads) {
  std::multiset<std::string> names;
  for (const auto& payload : payloads) names.insert(linkName(payload));
  return names;
}

/// Makes and removes a pair of links without pause, in the namespace of the thread that starts it.
class Churn {
 public:
  Churn() : thread_([this] { run(); }) {}
  ~Churn() {
    stop_ = true;
    thread_.join();
  }
  Churn(const Churn&) = delete;
  Churn& operator=(const Churn&) = delete;
  int rounds() const { return rounds_; }

 private:
  void run() {
    auto socket = Socket::open(NETLINK_ROUTE);
    std::vector<uint8_t> buffer(kReceiveBuffer);
    while (socket && !stop_) {
      std::vector<Request> requests{newPair("left", "right"), deleteLink("left")};
      if (!exchange(*socket, requests, buffer)) return;
      ++rounds_;
    }
  }

  std::atomic<bool> stop_ = false;
  std::atomic<int> rounds_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a listing is complete and without repetitions while links come and go") {
  const FreshNamespace room;
  Socket socket = must(Socket::open(NETLINK_ROUTE));
  std::vector<uint8_t> buffer(kReceiveBuffer);
  std::multiset<std::string> lasting{"lo"};
  std::vector<Request> requests;
  for (int i = 0; i < 150; ++i) {
    const std::string number = std::to_string(i);
    requests.push_back(newPair("a" + number, "b" + number));
    lasting.insert({"a" + number, "b" + number});
  }
  for (const Answer& answer : must(exchange(socket, requests, buffer))) REQUIRE_FALSE(answer.error.has_value());

  const Churn churn;
  uint32_t interruptions = 0;
  const auto end = Clock::now() + std::chrono::seconds(60);
  for (uint32_t before = socket.nextSequence(); interruptions < 5 && Clock::now() < end;
       before = socket.nextSequence()) {
    Request request = makeRequest(kGetLink, 0, Value::Object{});
    std::multiset<std::string> names = namesIn(must(dump(socket, request, buffer)));
    // The first attempt and our own look at the counter took one number each.
    interruptions += socket.nextSequence() - before - 2;
    const size_t passing = names.erase("left") + names.erase("right");
    REQUIRE((passing == 0 || passing == 2));
    REQUIRE(names == lasting);
  }
  // Without any the test would prove nothing.
  CHECK(interruptions >= 5);
  CHECK(churn.rounds() > 0);
}

TEST_CASE("the kernel's refusal of a listing") {
  const FreshNamespace room;
  Socket socket = must(Socket::open(NETLINK_ROUTE));
  std::vector<uint8_t> buffer(kReceiveBuffer);
  // Strict checking: a listing takes no name.
  Request request = getLink("lo");
  const Error error = mustFail(dump(socket, request, buffer));
  CHECK(error.number == EINVAL);
  CHECK(error.operation == "RTM_GETLINK");
  CHECK(error.message != "");
  Request good = makeRequest(kGetLink, 0, Value::Object{});
  CHECK(must(dump(socket, good, buffer)).size() == 1);
}

TEST_CASE("what is no listing is refused instead of waited for") {
  const FreshNamespace room;
  Socket socket = must(Socket::open(NETLINK_ROUTE));
  std::vector<uint8_t> buffer(kReceiveBuffer);
  Request request = makeRequest(kSetLink, 0, Value::Object{{"name", "lo"}, {"mtu", 1500}});
  CHECK(mustFail(dump(socket, request, buffer)).number == EBADMSG);
}

}  // namespace netplumb::testing
