#include "netlink/exchange.h"

#include <errno.h>

#include <algorithm>

#include "netlink/fake_kernel.h"
#include "netlink/reply.h"
#include "netlink/test_messages.h"

namespace netplumb::testing {

namespace {

constexpr size_t kMostInDatagram = 16;

class Conversation {
 public:
  Conversation() : socket_(kernel.socket()), buffer_(kReceiveBuffer) {}

  Result<std::vector<Answer>> ask(std::vector<Request> requests) {
    return exchange(socket_, requests, std::span(buffer_).first(room));
  }
  Result<std::vector<Answer>> ask(size_t count) { return ask(std::vector<Request>(count, getLink("eth0"))); }

  FakeKernel kernel;
  size_t room = kReceiveBuffer;

 private:
  Socket socket_;
  std::vector<uint8_t> buffer_;
};

std::vector<Reply> messagesOf(const Datagram& datagram) {
  std::vector<Reply> messages;
  ReplyReader reader(datagram);
  while (auto message = reader.next()) messages.push_back(*message);
  CHECK_FALSE(reader.malformed());
  return messages;
}

}  // namespace

TEST_CASE("no requests: nothing is sent") {
  Conversation conversation;
  CHECK(must(conversation.ask(0)).empty());
  CHECK(conversation.kernel.hear().empty());
}

TEST_CASE("requests travel in one datagram, numbered, and ask for acknowledgements") {
  Conversation conversation;
  for (const uint32_t sequence : {1, 2, 3}) conversation.kernel.say(FakeKernel::ack(sequence));
  must(conversation.ask(3));
  const Datagram sent = conversation.kernel.hear();
  const auto messages = messagesOf(sent);
  REQUIRE(messages.size() == 3);
  for (uint32_t i = 0; i < 3; ++i) {
    CHECK(messages[i].type == RTM_GETLINK);
    CHECK(messages[i].sequence == i + 1);
    CHECK(messages[i].flags == (NLM_F_REQUEST | NLM_F_ACK));
  }
  CHECK(conversation.kernel.hear().empty());
}

TEST_CASE("each reply finds its request, whatever the order and the datagrams") {
  Conversation conversation;
  conversation.kernel.say(FakeKernel::message(RTM_NEWLINK, 0, 4, bytesOf("four")) + FakeKernel::ack(3, EEXIST));
  conversation.kernel.say(FakeKernel::ack(1));
  conversation.kernel.say(FakeKernel::ack(4) +
                          FakeKernel::ack(2, EINVAL, attribute(NLMSGERR_ATTR_MSG, bytesOf("not so"))));
  const auto answers = must(conversation.ask(4));
  REQUIRE(answers.size() == 4);
  CHECK_FALSE(answers[0].error.has_value());
  CHECK(answers[0].payload.empty());
  REQUIRE(answers[1].error.has_value());
  CHECK(answers[1].error->number == EINVAL);
  CHECK(answers[1].error->message == "not so");
  REQUIRE(answers[2].error.has_value());
  CHECK(answers[2].error->number == EEXIST);
  CHECK_FALSE(answers[3].error.has_value());
  CHECK(answers[3].payload == bytesOf("four"));
}

TEST_CASE("many requests are spread over datagrams") {
  Conversation conversation;
  const uint32_t count = 3 * kMostInDatagram + 1;
  for (uint32_t i = 1; i <= count; ++i) conversation.kernel.say(FakeKernel::ack(i, i % 7 == 0 ? ENODEV : 0));
  const auto answers = must(conversation.ask(count));
  REQUIRE(answers.size() == count);
  for (uint32_t i = 0; i < count; ++i) CHECK(answers[i].error.has_value() == ((i + 1) % 7 == 0));
  uint32_t sequence = 0;
  for (const size_t expected : {kMostInDatagram, kMostInDatagram, kMostInDatagram, size_t{1}}) {
    const Datagram sent = conversation.kernel.hear();
    const auto messages = messagesOf(sent);
    REQUIRE(messages.size() == expected);
    for (const Reply& message : messages) CHECK(message.sequence == ++sequence);
  }
}

TEST_CASE("large requests travel fewer at a time, the largest alone") {
  Conversation conversation;
  const Request large = makeRequest(kSetLink, 0, Value::Object{{"alias", std::string(30'000, 'a')}});
  const Request larger = makeRequest(kSetLink, 0, Value::Object{{"alias", std::string(65'500, 'a')}});
  for (const uint32_t sequence : {1, 2, 3, 4, 5}) conversation.kernel.say(FakeKernel::ack(sequence));
  REQUIRE(must(conversation.ask({large, large, large, larger, large})).size() == 5);
  for (const size_t expected : {2, 1, 1, 1}) {
    const Datagram sent = conversation.kernel.hear();
    CHECK(messagesOf(sent).size() == expected);
  }
}

TEST_CASE("a request of odd length is padded for the next") {
  Conversation conversation;
  Request odd = getLink("eth0");
  odd.message.resize(odd.message.size() - 3);
  const auto length = static_cast<uint32_t>(odd.message.size());
  std::memcpy(odd.message.data(), &length, sizeof length);
  conversation.kernel.say(FakeKernel::ack(1) + FakeKernel::ack(2));
  must(conversation.ask({odd, getLink("eth1")}));
  const Datagram sent = conversation.kernel.hear();
  const auto messages = messagesOf(sent);
  REQUIRE(messages.size() == 2);
  CHECK(messages[1].sequence == 2);
}

TEST_CASE("sequence numbers go on from one exchange to the next") {
  Conversation conversation;
  conversation.kernel.say(FakeKernel::ack(1) + FakeKernel::ack(2));
  must(conversation.ask(2));
  conversation.kernel.say(FakeKernel::ack(3));
  CHECK(must(conversation.ask(1)).size() == 1);
  // A late reply to what is long answered.
  conversation.kernel.say(FakeKernel::ack(3));
  CHECK(mustFail(conversation.ask(1)).number == EBADMSG);
}

TEST_CASE("replies that make no sense break the conversation") {
  Datagram foreign = FakeKernel::ack(1);
  foreign[12] ^= 1;  // nlmsg_pid
  Datagram tooLong = FakeKernel::ack(1);
  tooLong[0] += 4;  // nlmsg_len
  Datagram tooShort = FakeKernel::ack(1);
  tooShort[0] = 15;
  Datagram cut = FakeKernel::ack(1);
  cut.resize(cut.size() - 1);
  const Datagram answer = FakeKernel::message(RTM_NEWLINK, 0, 1, bytesOf("link"));
  struct Case {
    const char* what;
    std::vector<Datagram> datagrams;
    const char* message;
  };
  const Datagram both = FakeKernel::ack(1) + FakeKernel::ack(2);
  const char* const missing = "a request without a reply";
  const char* const cutShort = "a reply cut short";
  const char* const foreignReply = "a reply to no request of ours";
  const char* const repeated = "a reply to a request that had its acknowledgement";
  const char* const listing = "part of a listing";
  const Case cases[] = {
      {"none at all", {}, missing},
      {"none for the second", {FakeKernel::ack(1)}, missing},
      {"an answer without an acknowledgement", {answer}, missing},
      {"less than a header", {{1, 2, 3}, both}, cutShort},
      {"a length beyond the datagram", {tooLong, both}, cutShort},
      {"a length below a header", {tooShort, both}, cutShort},
      {"cut by a byte", {cut, both}, cutShort},
      {"nonsense behind all that was asked for", {both + Datagram{1, 2, 3, 4}}, cutShort},
      {"for another port", {foreign + FakeKernel::ack(2)}, foreignReply},
      {"of an earlier request", {FakeKernel::ack(0) + both}, foreignReply},
      {"of a later request", {FakeKernel::ack(3) + both}, foreignReply},
      {"of one far off", {FakeKernel::ack(0x80000001) + both}, foreignReply},
      {"twice", {FakeKernel::ack(1), both}, repeated},
      {"twice in a datagram", {FakeKernel::ack(1) + both}, repeated},
      {"a third behind the last", {both + FakeKernel::ack(2)}, repeated},
      {"an answer behind its acknowledgement", {FakeKernel::ack(1), answer + FakeKernel::ack(2)}, repeated},
      {"the end of a listing", {FakeKernel::done(1) + both}, listing},
      {"part of a listing", {FakeKernel::message(RTM_NEWLINK, NLM_F_MULTI, 1, {}) + both}, listing},
      {"a control message", {FakeKernel::message(NLMSG_NOOP, 0, 1, {}) + both}, listing},
      {"an acknowledgement cut short",
       {FakeKernel::message(NLMSG_ERROR, 0, 1, {0, 0, 0}) + FakeKernel::ack(2)},
       "acknowledgement cut short"},
      {"an impossible error", {FakeKernel::ack(1, -1) + FakeKernel::ack(2)}, "acknowledgement of an impossible error"},
  };
  for (const Case& test : cases) {
    CAPTURE(std::string(test.what));
    Conversation conversation;
    for (const Datagram& datagram : test.datagrams) REQUIRE(conversation.kernel.say(datagram));
    const Error error = mustFail(conversation.ask(2));
    CHECK(error.number == EBADMSG);
    CHECK(error.operation == "RTM_GETLINK");
    CHECK(error.message == test.message);
  }
}

TEST_CASE("a reply larger than the buffer breaks the conversation") {
  Conversation conversation;
  conversation.room = 64;
  conversation.kernel.say(FakeKernel::message(RTM_NEWLINK, 0, 1, Datagram(64)));
  const Error error = mustFail(conversation.ask(1));
  CHECK(error.number == EBADMSG);
  CHECK(error.operation == "recvmsg");
}

}  // namespace netplumb::testing
