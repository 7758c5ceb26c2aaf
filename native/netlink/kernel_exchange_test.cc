// The exchange with the running kernel.
#include <errno.h>
#include <sys/socket.h>

#include "netlink/exchange.h"
#include "netlink/test_messages.h"
#include "netlink/test_namespace.h"

namespace netplumb::testing {

namespace {

class Kernel {
 public:
  Result<std::vector<Answer>> ask(std::vector<Request> requests) { return exchange(socket, requests, buffer_); }
  Answer askOne(Request request) { return std::move(must(ask({std::move(request)})).front()); }

  const FreshNamespace room;
  Socket socket = must(Socket::open(NETLINK_ROUTE));

 private:
  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kReceiveBuffer);
};

int errnoOf(const Answer& answer) { return answer.error ? answer.error->number : 0; }

}  // namespace

TEST_CASE("a refusal in the middle does not stop what follows, and hits the right request") {
  Kernel kernel;
  const auto answers = must(kernel.ask({newPair("left0", "right0"), newPair("left0", "right1"), getLink("nowhere"),
                                        newPair("left2", "right2"), getLink("right2")}));
  REQUIRE(answers.size() == 5);
  CHECK(errnoOf(answers[0]) == 0);
  CHECK(errnoOf(answers[1]) == EEXIST);
  CHECK(errnoOf(answers[2]) == ENODEV);
  CHECK(errnoOf(answers[3]) == 0);
  CHECK(errnoOf(answers[4]) == 0);
  CHECK(linkName(answers[4].payload) == "right2");
  CHECK(answers[3].payload.empty());
}

TEST_CASE("answers of hundreds of requests fit the default receive buffer") {
  Kernel kernel;
  must(kernel.ask({newPair("left0", "right0")}));
  std::vector<Request> requests(300, getLink("left0"));
  for (size_t i = 0; i < requests.size(); i += 3) requests[i] = getLink("nowhere");
  const auto answers = must(kernel.ask(requests));
  REQUIRE(answers.size() == requests.size());
  for (size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(i);
    CHECK(errnoOf(answers[i]) == (i % 3 == 0 ? ENODEV : 0));
    if (i % 3 != 0) CHECK(linkName(answers[i].payload) == "left0");
  }
}

TEST_CASE("the kernel's words and the attribute it points at") {
  Kernel kernel;
  for (const int capped : {1, 0}) {
    CAPTURE(capped);
    REQUIRE(setsockopt(kernel.socket.fd(), SOL_NETLINK, NETLINK_CAP_ACK, &capped, sizeof capped) == 0);

    const Answer inner = kernel.askOne(newPair("left0", "a-name-beyond-15-bytes"));
    REQUIRE(inner.error.has_value());
    CHECK(inner.error->number == ERANGE);
    CHECK(inner.error->operation == "RTM_NEWLINK");
    CHECK(inner.error->message != "");
    CHECK(inner.error->attribute == "info.data.peer.name");

    const Answer outer = kernel.askOne(newPair("a-name-beyond-15-bytes", "right0"));
    REQUIRE(outer.error.has_value());
    CHECK(outer.error->attribute == "name");

    const Answer size = kernel.askOne(makeRequest(kSetLink, 0, Value::Object{{"name", "lo"}, {"mtu", 0xffffffffu}}));
    REQUIRE(size.error.has_value());
    CHECK(size.error->number == EINVAL);
    CHECK(size.error->message == "mtu less than device minimum");
    CHECK(size.error->attribute == "");
  }
}

TEST_CASE("replies that overflow the receive buffer are an error, not a wait") {
  Kernel kernel;
  const int smallest = 0;  // The kernel makes 2,304 of it.
  REQUIRE(setsockopt(kernel.socket.fd(), SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest) == 0);
  const Error error = mustFail(kernel.ask(std::vector<Request>(16, getLink("lo"))));
  CHECK(error.number == ENOBUFS);
  CHECK(error.operation == "recvmsg");
}

TEST_CASE("a listing has no place in an exchange") {
  Kernel kernel;
  CHECK(mustFail(kernel.ask({makeRequest(kGetLink, NLM_F_DUMP, Value::Object{})})).number == EBADMSG);
}

TEST_CASE("a request that the kernel refuses to take breaks nothing but the conversation") {
  Kernel kernel;
  std::vector<uint8_t> large(1024 * 1024);
  const auto length = static_cast<uint32_t>(large.size());
  std::memcpy(large.data(), &length, sizeof length);
  const Error error = mustFail(kernel.ask({Request{large, &kSetLink}}));
  CHECK(error.number == EMSGSIZE);
  CHECK(error.operation == "sendmsg");
}

TEST_CASE("an echoed notification is the answer") {
  Kernel kernel;
  Request request = newPair("left0", "right0");
  uint16_t flags;
  std::memcpy(&flags, request.message.data() + offsetof(nlmsghdr, nlmsg_flags), sizeof flags);
  flags |= NLM_F_ECHO;
  std::memcpy(request.message.data() + offsetof(nlmsghdr, nlmsg_flags), &flags, sizeof flags);
  const Answer answer = kernel.askOne(std::move(request));
  CHECK(errnoOf(answer) == 0);
  CHECK(linkName(answer.payload) == "left0");
}

}  // namespace netplumb::testing
