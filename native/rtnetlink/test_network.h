#pragma once

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "netlink/dump.h"
#include "netlink/exchange.h"
#include "netlink/test_namespace.h"
#include "netlink/test_support.h"
#include "netlink/unique_fd.h"
#include "rtnetlink/messages.h"

// For tests only: the running kernel.

namespace netplumb::testing {

/// Whether `actual` says all that `expected` does; it may say more.
inline bool includes(const Value& actual, const Value& expected) {
  const Object* object = expected.get<Object>();
  if (object == nullptr) return actual == expected;
  for (const Member& member : *object) {
    const Value* found = actual.find(member.name);
    if (found == nullptr || !includes(*found, member.value)) return false;
  }
  return true;
}

/// Why the kernel refused; empty when it did not.
inline std::string reason(const Answer& answer) {
  if (!answer.error) return "";
  return std::string(std::strerror(answer.error->number)) + ": " + answer.error->message + " " +
         answer.error->attribute;
}

/// A conversation with the kernel about the network namespace in which it was begun.
class Conversation {
 public:
  Conversation() : buffer_(kReceiveBuffer) {
    auto socket = Socket::open(NETLINK_ROUTE);
    REQUIRE_MESSAGE(socket.ok(), socket.error().message);
    socket_ = std::move(*socket);
  }

  Answer ask(uint16_t number, uint16_t flags, const Value& body) {
    std::vector<Request> requests{request(number, flags | NLM_F_REQUEST | NLM_F_ACK, body)};
    auto answers = exchange(*socket_, requests, buffer_);
    REQUIRE_MESSAGE(answers.ok(), answers.error().message);
    REQUIRE(answers->size() == 1);
    return std::move(answers->front());
  }

  /// The kernel does it.
  void accept(uint16_t number, uint16_t flags, const Value& body) {
    const Answer answer = ask(number, flags, body);
    CHECK_MESSAGE(reason(answer) == "", show(body));
  }
  void create(uint16_t number, const Value& body) { accept(number, NLM_F_CREATE | NLM_F_EXCL, body); }

  /// The kernel refuses it.
  Error refused(uint16_t number, uint16_t flags, const Value& body) {
    const Answer answer = ask(number, flags, body);
    REQUIRE_MESSAGE(answer.error.has_value(), show(body), " was accepted");
    return *answer.error;
  }

  /// The one thing that a request without NLM_F_DUMP returns.
  Value get(uint16_t number, const Value& body) {
    const Answer answer = ask(number, 0, body);
    REQUIRE_MESSAGE(reason(answer) == "", show(body));
    return decoded(number, answer.payload);
  }

  std::vector<Value> list(uint16_t number, const Value& body) {
    Request request = this->request(number, NLM_F_REQUEST | NLM_F_DUMP, body);
    const auto payloads = dump(*socket_, request, buffer_);
    REQUIRE_MESSAGE(payloads.ok(), payloads.error().message);
    std::vector<Value> values;
    for (const auto& payload : *payloads) values.push_back(decoded(number, payload));
    return values;
  }

  /// One of what `list` returns says all that `expected` does.
  void checkLists(uint16_t number, const Value& body, const Value& expected) {
    bool found = false;
    std::string all;
    for (const Value& value : list(number, body)) {
      found = found || includes(value, expected);
      all += "\n  " + show(value);
    }
    CHECK_MESSAGE(found, "nothing says ", show(expected), " among", all);
  }

  Value link(const char* name) { return get(RTM_GETLINK, Object{{"name", name}}); }
  void checkLink(const char* name, const Value& expected) {
    const Value actual = link(name);
    CHECK_MESSAGE(includes(actual, expected), show(actual), " does not say ", show(expected));
  }
  Value index(const char* name) {
    const Value found = link(name);
    const Value* number = found.find("index");
    REQUIRE(number != nullptr);
    return *number;
  }

  /// A veth pair, both ends up.
  void createPair(const char* name, const char* peer) {
    create(RTM_NEWLINK, Object{{"name", name},
                               {"info", Object{{"kind", "veth"}, {"data", Object{{"peer", Object{{"name", peer}}}}}}}});
    accept(RTM_NEWLINK, 0, Object{{"index", index(name)}, {"flags", 1}, {"change", 1}});
    accept(RTM_NEWLINK, 0, Object{{"index", index(peer)}, {"flags", 1}, {"change", 1}});
  }

 private:
  static Request request(uint16_t number, uint16_t flags, const Value& body) {
    const MessageType* type = findMessage(number);
    REQUIRE(type != nullptr);
    auto message = encode(*type, flags, body);
    REQUIRE_MESSAGE(message.ok(), show(body), ": ", message.error().attribute, ": ", message.error().message);
    return Request{std::move(*message), type};
  }

  static Value decoded(uint16_t number, const std::vector<uint8_t>& payload) {
    auto value = decodeCopy(*findMessage(number)->body, payload);
    REQUIRE_MESSAGE(value.ok(), value.error().attribute, ": ", value.error().message, " in ", hexText(payload));
    return std::move(*value);
  }

  std::optional<Socket> socket_;
  std::vector<uint8_t> buffer_;
};

/// An empty network of the test's own.
class TestNetwork : private FreshNamespace, public Conversation {};

/// Another one, in which the test does not stand.
class Elsewhere {
 public:
  Elsewhere() {
    const FreshNamespace there;
    fd_ = UniqueFd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    kernel_.emplace();
  }
  int fd() const { return fd_.get(); }
  Conversation& kernel() { return *kernel_; }

 private:
  UniqueFd fd_;
  std::optional<Conversation> kernel_;
};

}  // namespace netplumb::testing
