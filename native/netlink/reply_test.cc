#include "netlink/reply.h"

#include <errno.h>

#include "netlink/fake_kernel.h"
#include "netlink/test_messages.h"

namespace netplumb::testing {

namespace {

/// A datagram that ends where its allocation ends, so that the address sanitizer sees a read beyond it.
class Read {
 public:
  explicit Read(Datagram bytes) : bytes_(std::move(bytes)) {
    bytes_.shrink_to_fit();
    ReplyReader reader(bytes_);
    while (auto reply = reader.next()) replies.push_back(*reply);
    malformed = reader.malformed();
    CHECK_FALSE(reader.next().has_value());
  }

  std::vector<Reply> replies;
  bool malformed;

 private:
  Datagram bytes_;
};

Datagram headerWithLength(uint32_t length) {
  Datagram bytes;
  append(bytes, nlmsghdr{length, 16, 0, 1, FakeKernel::kPort});
  return bytes;
}

/// The verdict of the only reply in a datagram.
Status judge(const Datagram& datagram, const Request& request) {
  const Read read(datagram);
  REQUIRE(read.replies.size() == 1);
  return verdict(read.replies.front(), request);
}

/// Where `name` of the inner link stands in a request for a pair, as the kernel would point at it.
uint32_t offsetOf(const Request& request, std::string_view text) {
  const std::string_view message(reinterpret_cast<const char*>(request.message.data()), request.message.size());
  const size_t found = message.find(text);
  REQUIRE(found != std::string_view::npos);
  return static_cast<uint32_t>(found - NLA_HDRLEN);
}

}  // namespace

TEST_CASE("a datagram of several messages is read one by one") {
  const Read read(FakeKernel::message(16, NLM_F_MULTI, 7, bytesOf("abcde")) + FakeKernel::ack(8));
  CHECK_FALSE(read.malformed);
  REQUIRE(read.replies.size() == 2);
  CHECK(read.replies[0].type == 16);
  CHECK(read.replies[0].flags == NLM_F_MULTI);
  CHECK(read.replies[0].sequence == 7);
  CHECK(read.replies[0].port == FakeKernel::kPort);
  CHECK(Datagram(read.replies[0].payload.begin(), read.replies[0].payload.end()) == bytesOf("abcde"));
  CHECK(read.replies[1].type == NLMSG_ERROR);
  CHECK(read.replies[1].sequence == 8);
}

TEST_CASE("the last message may lack its padding") {
  Datagram datagram = FakeKernel::message(16, 0, 1, bytesOf("abcde"));
  datagram.resize(NLMSG_HDRLEN + 5);
  const Read read(datagram);
  CHECK_FALSE(read.malformed);
  REQUIRE(read.replies.size() == 1);
  CHECK(read.replies[0].payload.size() == 5);
}

TEST_CASE("an empty datagram has no messages and is not malformed") {
  const Read read({});
  CHECK(read.replies.empty());
  CHECK_FALSE(read.malformed);
}

TEST_CASE("a message that does not fit its datagram ends the walk") {
  const Datagram good = FakeKernel::ack(1);
  for (const uint32_t length : {0u, 1u, 15u, 17u, 0x7fffffffu, 0xffffffffu}) {
    CAPTURE(length);
    const Read read(good + headerWithLength(length));
    CHECK(read.malformed);
    CHECK(read.replies.size() == 1);
  }
  for (size_t cut = 1; cut < NLMSG_HDRLEN; ++cut) {
    CAPTURE(cut);
    Datagram header = headerWithLength(16);
    header.resize(cut);
    const Read read(good + header);
    CHECK(read.malformed);
    CHECK(read.replies.size() == 1);
  }
}

TEST_CASE("verdict: done, and the kernel's errno with the request's name") {
  const Request request = getLink("eth0");
  CHECK(judge(FakeKernel::ack(1), request).ok());
  CHECK(judge(FakeKernel::done(1), request).ok());

  for (const Datagram& refusal : {FakeKernel::ack(1, EPERM), FakeKernel::done(1, EPERM)}) {
    const Error error = mustFail(judge(refusal, request));
    CHECK(error.number == EPERM);
    CHECK(error.operation == "RTM_GETLINK");
    CHECK(error.message == "");
    CHECK(error.attribute == "");
    CHECK(error.object == "");
  }
}

TEST_CASE("verdict: what cannot be an error is malformed") {
  const Request request = getLink("eth0");
  for (const uint16_t type : {NLMSG_ERROR, NLMSG_DONE}) {
    CAPTURE(type);
    for (const size_t size : {0, 1, 3}) {
      CHECK(mustFail(judge(FakeKernel::message(type, 0, 1, Datagram(size)), request)).number == EBADMSG);
    }
    for (const int code : {1, 2147483647, -4096, -2147483647 - 1}) {
      CAPTURE(code);
      const Datagram reply = FakeKernel::message(type, 0, 1, bytesOf(static_cast<uint32_t>(code)));
      CHECK(mustFail(judge(reply, request)).number == EBADMSG);
    }
    const Datagram largest = FakeKernel::message(type, 0, 1, bytesOf(static_cast<uint32_t>(-4095)));
    CHECK(mustFail(judge(largest, request)).number == 4095);
  }
}

TEST_CASE("verdict: text and attribute of an extended acknowledgement, capped and not") {
  const Request request = newPair("outer0", "inner0");
  const uint32_t offset = offsetOf(request, "inner0");
  const Datagram extended = attribute(NLMSGERR_ATTR_MSG, bytesOf(std::string_view("name taken\0", 11))) +
                            attribute(NLMSGERR_ATTR_OFFS, bytesOf(offset));
  Datagram uncapped;
  append(uncapped, nlmsgerr{-EEXIST, {}});
  uncapped = uncapped + Datagram(request.message.begin() + NLMSG_HDRLEN, request.message.end());
  uncapped.resize(NLMSG_ALIGN(uncapped.size()));
  const Datagram end = bytesOf(static_cast<uint32_t>(-EEXIST));

  for (const Datagram& reply :
       {FakeKernel::ack(1, EEXIST, extended), FakeKernel::message(NLMSG_ERROR, NLM_F_ACK_TLVS, 1, uncapped + extended),
        FakeKernel::message(NLMSG_DONE, NLM_F_MULTI | NLM_F_ACK_TLVS, 1, end + extended)}) {
    const Error error = mustFail(judge(reply, request));
    CHECK(error.number == EEXIST);
    CHECK(error.message == "name taken");
    CHECK(error.attribute == "info.data.peer.name");
  }
}

TEST_CASE("verdict: an uncapped acknowledgement repeats the request padded") {
  Request request = getLink("eth0");
  request.message.resize(request.message.size() - 3);  // "eth0" and its NUL take 5 bytes of 8.
  const auto length = static_cast<uint32_t>(request.message.size());
  REQUIRE(length % NLMSG_ALIGNTO != 0);
  std::memcpy(request.message.data(), &length, sizeof length);
  Datagram reply;
  append(reply, nlmsgerr{-ENODEV, {}});
  reply.resize(sizeof(nlmsgerr) + NLMSG_ALIGN(length) - NLMSG_HDRLEN);
  reply = reply + attribute(NLMSGERR_ATTR_MSG, bytesOf("gone"));
  CHECK(mustFail(judge(FakeKernel::message(NLMSG_ERROR, NLM_F_ACK_TLVS, 1, reply), request)).message == "gone");
}

TEST_CASE("verdict: a malformed extended acknowledgement never hides the errno") {
  const Request request = newPair("outer0", "inner0");
  const Datagram text = attribute(NLMSGERR_ATTR_MSG, bytesOf("no NUL at its end"));
  struct Case {
    const char* what;
    Datagram extended;
    const char* message;
  };
  const Case cases[] = {
      {"half a header", {1, 2}, ""},
      {"an attribute shorter than its header", {3, 0, 1, 0}, ""},
      {"an attribute longer than the rest", {255, 255, 1, 0, 'x'}, ""},
      {"text, then nonsense", text + Datagram{255, 255, 1, 0}, "no NUL at its end"},
      {"empty text", attribute(NLMSGERR_ATTR_MSG, {}), ""},
      {"an offset of another size", attribute(NLMSGERR_ATTR_OFFS, {1, 0}) + text, "no NUL at its end"},
      {"an offset into the header", attribute(NLMSGERR_ATTR_OFFS, bytesOf(3)) + text, "no NUL at its end"},
      {"an offset behind the message", attribute(NLMSGERR_ATTR_OFFS, bytesOf(0xfffffff0)) + text, "no NUL at its end"},
      {"attributes of the future", attribute(999, {1}) + text, "no NUL at its end"},
  };
  for (const Case& test : cases) {
    CAPTURE(std::string(test.what));
    const Error error = mustFail(judge(FakeKernel::ack(1, EINVAL, test.extended), request));
    CHECK(error.number == EINVAL);
    CHECK(error.message == test.message);
    CHECK(error.attribute == "");
  }
}

TEST_CASE("verdict: without NLM_F_ACK_TLVS nothing behind the error is read as text") {
  const Request request = getLink("eth0");
  Datagram payload;
  append(payload, nlmsgerr{-EINVAL, {}});
  payload = payload + attribute(NLMSGERR_ATTR_MSG, bytesOf("not there"));
  CHECK(mustFail(judge(FakeKernel::message(NLMSG_ERROR, NLM_F_CAPPED, 1, payload), request)).message == "");
  // It says that the whole request is repeated, but that would not fit.
  Datagram cut;
  append(cut, nlmsgerr{-EINVAL, {}});
  CHECK(mustFail(judge(FakeKernel::message(NLMSG_ERROR, NLM_F_ACK_TLVS, 1, cut), request)).number == EINVAL);
}

}  // namespace netplumb::testing
