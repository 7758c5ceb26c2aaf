#include "engine/subscription.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "engine/test_plan.h"
#include "netlink/fake_kernel.h"

namespace netplumb::testing {

namespace {

/// How many datagrams are read at a time.
constexpr size_t kMostAtOnce = 256;

/// A subscription in a network of its own, and all it has told so far.
class Listening : public TestNetwork {
 public:
  Listening() : subscription(must(open())) {}

  std::shared_ptr<Subscription> subscription;
  std::vector<Notifications> told;

  bool readable() const {
    pollfd fd{subscription->fd(), POLLIN, 0};
    return poll(&fd, 1, 0) == 1;
  }
  /// One round as the engine does it.
  bool serve() { return subscription->ready(buffer_); }
  /// All that there is.
  Notifications readAll() {
    Notifications all;
    while (readable()) {
      REQUIRE(serve());
      for (auto& message : told.back().messages) all.messages.push_back(std::move(message));
      all.lost = all.lost || told.back().lost;
    }
    return all;
  }
  /// From now on somebody else speaks to the subscription.
  void replaceBy(int fd) { REQUIRE(dup2(fd, subscription->fd()) == subscription->fd()); }

  /// One notification, and no carrier that might have more to say later.
  void setMtu(int mtu) { accept(RTM_NEWLINK, 0, Object{{"name", "lo"}, {"mtu", mtu}}); }

 private:
  Result<std::shared_ptr<Subscription>> open() {
    return Subscription::open({NETLINK_ROUTE, {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR}},
                              [this](Notifications news) { told.push_back(std::move(news)); });
  }

  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kReceiveBuffer);
};

std::vector<std::string> describe(const Notifications& news) {
  std::vector<std::string> texts;
  for (const auto& message : news.messages) {
    const MessageType* type = findMessage(message.type);
    REQUIRE(type != nullptr);
    const Value body = must(decode(*type->body, message.payload));
    const Value* subject = body.find("name");
    if (subject == nullptr) subject = body.find("local");
    texts.push_back(std::string(type->name) + " " + (subject == nullptr ? "" : show(*subject)));
  }
  return texts;
}

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

TEST_CASE_FIXTURE(Listening, "links and addresses that come and go are told in order") {
  CHECK_FALSE(readable());
  createPair("eth0", "eth1");
  create(RTM_NEWADDR, Object{{"family", AF_INET},
                             {"prefixLength", 24},
                             {"index", index("eth0")},
                             {"local", "10.0.0.1"},
                             {"address", "10.0.0.1"}});
  accept(RTM_DELLINK, 0, Object{{"name", "eth0"}});
  const Notifications news = readAll();
  CHECK_FALSE(news.lost);
  CHECK_FALSE(news.ended.has_value());
  const auto texts = describe(news);
  REQUIRE(texts.size() > 4);
  CHECK(texts.front() == "RTM_NEWLINK \"eth1\"");
  CHECK(contains(texts, "RTM_NEWLINK \"eth0\""));
  CHECK(contains(texts, "RTM_NEWADDR \"10.0.0.1\""));
  CHECK(contains(texts, "RTM_DELADDR \"10.0.0.1\""));
  CHECK(contains(texts, "RTM_DELLINK \"eth0\""));
}

TEST_CASE_FIXTURE(Listening, "only what was subscribed to is told") {
  createPair("eth0", "eth1");
  readAll();
  create(RTM_NEWROUTE, Object{{"family", AF_INET},
                              {"table", RT_TABLE_MAIN},
                              {"type", RTN_BLACKHOLE},
                              {"dst", "10.9.0.0"},
                              {"dstLength", 16}});
  // The kernel may yet have more to say of the links.
  for (const auto& message : readAll().messages) CHECK(message.type == RTM_NEWLINK);
}

TEST_CASE_FIXTURE(Listening, "an overflow is told, and what comes after it") {
  const int smallest = 0;
  REQUIRE(setsockopt(subscription->fd(), SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest) == 0);
  for (int mtu = 1000; mtu < 1050; ++mtu) setMtu(mtu);
  CHECK(readAll().lost);

  setMtu(1400);
  const Notifications after = readAll();
  CHECK_FALSE(after.lost);
  CHECK_FALSE(after.messages.empty());
}

TEST_CASE_FIXTURE(Listening, "a flood is read in parts") {
  for (int mtu = 1000; mtu < 1300; ++mtu) setMtu(mtu);
  REQUIRE(serve());
  CHECK(told.back().messages.size() == kMostAtOnce);
  CHECK(readable());
  CHECK(readAll().messages.size() >= 300 - kMostAtOnce);
  CHECK_FALSE(told.back().lost);
}

TEST_CASE_FIXTURE(Listening, "nothing to read: nothing is told") {
  CHECK(serve());
  CHECK(told.empty());
}

TEST_CASE_FIXTURE(Listening, "what makes no sense counts as lost, and what is sound is told") {
  FakeKernel kernel;
  const Socket other = kernel.socket();
  replaceBy(other.fd());
  const Datagram good = FakeKernel::message(RTM_NEWLINK, 0, 0, bytesOf("link"));
  for (const Datagram& nonsense : {Datagram{1, 2, 3}, Datagram(kReceiveBuffer + 1)}) {
    told.clear();
    kernel.say(good);
    kernel.say(nonsense);
    kernel.say(good);
    REQUIRE(serve());
    REQUIRE(told.size() == 1);
    CHECK(told[0].lost);
    CHECK_FALSE(told[0].ended.has_value());
    REQUIRE(told[0].messages.size() == 2);
    CHECK(told[0].messages[1].type == RTM_NEWLINK);
    CHECK(told[0].messages[1].payload == bytesOf("link"));
  }
}

TEST_CASE_FIXTURE(Listening, "a socket that fails ends the subscription, after what it had said") {
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  replaceBy(null.get());
  CHECK_FALSE(serve());
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].ended.has_value());
  CHECK(told[0].ended->number == ENOTSOCK);
  CHECK(told[0].ended->operation == "recvmsg");
}

TEST_CASE_FIXTURE(Listening, "an engine's end is the subscription's") {
  subscription->abandon(Error{ECANCELED, "engine", "it was stopped"});
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].ended.has_value());
  CHECK(told[0].ended->number == ECANCELED);
}

TEST_CASE("what came from the own port is passed over, whichever that is by now") {
  const auto ownPort = std::make_shared<uint32_t>(0);
  std::vector<uint16_t> told;
  const auto listener = [&](Notifications news) {
    for (const auto& message : news.messages) told.push_back(message.type);
  };
  const auto subscription = must(Subscription::open({NETLINK_ROUTE, {}, ownPort}, listener));
  FakeKernel kernel;
  const Socket other = kernel.socket();
  REQUIRE(dup2(other.fd(), subscription->fd()) == subscription->fd());
  std::vector<uint8_t> buffer(kReceiveBuffer);
  const auto say = [&](uint16_t type) {
    REQUIRE(kernel.say(FakeKernel::message(type, 0, 1, {})));
    REQUIRE(subscription->ready(buffer));
  };
  say(100);
  *ownPort = FakeKernel::kPort;
  say(101);
  *ownPort = FakeKernel::kPort + 1;
  say(102);
  CHECK(told == std::vector<uint16_t>{100, 102});
}

TEST_CASE("a group that does not exist") {
  const auto before = openDescriptors();
  const Error error = mustFail(Subscription::open({NETLINK_ROUTE, {RTNLGRP_LINK, 100'000}}, [](Notifications) {}));
  CHECK(error.number == EINVAL);
  CHECK(error.operation == "setsockopt");
  CHECK(openDescriptors() == before);
}

}  // namespace netplumb::testing
