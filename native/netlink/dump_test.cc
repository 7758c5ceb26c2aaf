#include "netlink/dump.h"

#include <errno.h>

#include "netlink/fake_kernel.h"
#include "netlink/reply.h"
#include "netlink/test_messages.h"

namespace netplumb::testing {

namespace {

class Listing {
 public:
  Listing() : socket_(kernel.socket()), buffer_(kReceiveBuffer) {}

  Result<std::vector<std::vector<uint8_t>>> read() {
    Request request = makeRequest(kGetLink, 0, Value::Object{});
    return dump(socket_, request, buffer_);
  }

  FakeKernel kernel;

 private:
  Socket socket_;
  std::vector<uint8_t> buffer_;
};

using Payloads = std::vector<std::vector<uint8_t>>;

Datagram part(uint32_t sequence, std::string_view payload, uint16_t flags = 0) {
  return FakeKernel::message(RTM_NEWLINK, NLM_F_MULTI | flags, sequence, bytesOf(payload));
}

}  // namespace

TEST_CASE("a listing in several datagrams, its end in one of its own or not") {
  Listing listing;
  listing.kernel.say(part(1, "one") + part(1, "two"));
  listing.kernel.say(part(1, "three"));
  listing.kernel.say(FakeKernel::done(1));
  CHECK(must(listing.read()) == Payloads{bytesOf("one"), bytesOf("two"), bytesOf("three")});

  listing.kernel.say(part(2, "four") + FakeKernel::done(2));
  CHECK(must(listing.read()) == Payloads{bytesOf("four")});

  listing.kernel.say(FakeKernel::done(3));
  CHECK(must(listing.read()).empty());

  const Datagram sent = listing.kernel.hear();
  ReplyReader reader(sent);
  const auto message = reader.next();
  REQUIRE(message.has_value());
  CHECK(message->flags == (NLM_F_REQUEST | NLM_F_DUMP));
  CHECK(message->sequence == 1);
}

TEST_CASE("an interrupted listing is asked for again, wherever the mark was") {
  Listing listing;
  listing.kernel.say(part(1, "old", NLM_F_DUMP_INTR) + part(1, "old"));
  listing.kernel.say(FakeKernel::done(1));
  listing.kernel.say(part(2, "older"));
  listing.kernel.say(FakeKernel::done(2, 0, NLM_F_DUMP_INTR));
  listing.kernel.say(part(3, "new") + FakeKernel::done(3));
  CHECK(must(listing.read()) == Payloads{bytesOf("new")});
}

TEST_CASE("a listing that is always interrupted ends in an error, with nothing of it") {
  Listing listing;
  for (uint32_t i = 1; i <= kMostAttempts + 1; ++i) {
    listing.kernel.say(part(i, "old") + FakeKernel::done(i, 0, NLM_F_DUMP_INTR));
  }
  const Error error = mustFail(listing.read());
  CHECK(error.number == EINTR);
  CHECK(error.operation == "RTM_GETLINK");
  int asked = 0;
  while (!listing.kernel.hear().empty()) ++asked;
  CHECK(asked == kMostAttempts);
}

TEST_CASE("the kernel's refusal, at the start and at the end") {
  Listing listing;
  listing.kernel.say(FakeKernel::ack(1, EOPNOTSUPP, attribute(NLMSGERR_ATTR_MSG, bytesOf("no such listing"))));
  const Error atStart = mustFail(listing.read());
  CHECK(atStart.number == EOPNOTSUPP);
  CHECK(atStart.operation == "RTM_GETLINK");
  CHECK(atStart.message == "no such listing");

  listing.kernel.say(part(2, "one"));
  listing.kernel.say(FakeKernel::done(2, ENOMEM));
  CHECK(mustFail(listing.read()).number == ENOMEM);
}

TEST_CASE("replies that make no sense end the listing") {
  Datagram foreign = part(1, "one");
  foreign[12] ^= 1;  // nlmsg_pid
  Datagram cut = part(1, "one");
  cut.resize(cut.size() - 2);
  struct Case {
    const char* what;
    std::vector<Datagram> datagrams;
    const char* message;
  };
  const Datagram whole = part(1, "one") + FakeKernel::done(1);
  const char* const endless = "a listing without an end";
  const char* const cutShort = "a reply cut short";
  const char* const foreignReply = "a reply to no request of ours";
  const char* const behind = "a reply behind the end of the listing";
  const Case cases[] = {
      {"none at all", {}, endless},
      {"no end", {part(1, "one")}, endless},
      {"an acknowledgement instead", {FakeKernel::ack(1)}, "an acknowledgement instead of a listing"},
      {"for another port", {foreign + whole}, foreignReply},
      {"of an earlier request", {part(0, "one") + whole}, foreignReply},
      {"of a later request", {part(2, "two") + whole}, foreignReply},
      {"cut short", {cut, whole}, cutShort},
      {"nonsense behind the end", {whole + Datagram{9, 9}}, cutShort},
      {"a message behind the end", {whole + part(1, "one")}, behind},
      {"two ends", {whole + FakeKernel::done(1)}, behind},
      {"a control message",
       {FakeKernel::message(NLMSG_NOOP, NLM_F_MULTI, 1, {}) + whole},
       "a control message inside a listing"},
      {"an end cut short", {FakeKernel::message(NLMSG_DONE, NLM_F_MULTI, 1, {0})}, "acknowledgement cut short"},
      {"an impossible error", {FakeKernel::done(1, -5)}, "acknowledgement of an impossible error"},
  };
  for (const Case& test : cases) {
    CAPTURE(std::string(test.what));
    Listing listing;
    for (const Datagram& datagram : test.datagrams) REQUIRE(listing.kernel.say(datagram));
    const Error error = mustFail(listing.read());
    CHECK(error.number == EBADMSG);
    CHECK(error.operation == "RTM_GETLINK");
    CHECK(error.message == test.message);
  }
}

}  // namespace netplumb::testing
