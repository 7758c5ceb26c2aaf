#include "nftables/listing.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>

#include "netlink/dump.h"
#include "netlink/fake_kernel.h"
#include "netlink/test_messages.h"
#include "nftables/golden.h"

namespace netplumb::testing {

namespace {

constexpr uint16_t kElements = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSETELEM;
constexpr uint16_t kGeneration = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN;

Datagram ofGeneration(uint16_t generation) {
  Datagram payload;
  append(payload, nfgenmsg{1, 0, htons(generation)});
  return payload;
}

/// A kernel that is played. Each attempt at a listing takes two sequence numbers, the other asks for the generation.
struct Played {
  FakeKernel kernel;
  Socket socket = kernel.socket();
  std::vector<uint8_t> buffer = std::vector<uint8_t>(kReceiveBuffer);
  uint32_t sequence = 0;

  void sayListing(const std::vector<uint16_t>& generations) {
    ++sequence;
    for (const uint16_t generation : generations) {
      REQUIRE(kernel.say(FakeKernel::message(kElements, NLM_F_MULTI, sequence, ofGeneration(generation))));
    }
    REQUIRE(kernel.say(FakeKernel::done(sequence)));
  }
  void sayGeneration(uint16_t generation) {
    ++sequence;
    REQUIRE(kernel.say(FakeKernel::message(kGeneration, 0, sequence, ofGeneration(generation))));
    REQUIRE(kernel.say(FakeKernel::ack(sequence)));
  }
  Result<std::vector<std::vector<uint8_t>>> list() {
    const MessageType& type = firewallMessage(NFT_MSG_GETSETELEM);
    Request request{must(encode(type, 0, Object{{"family", 1}, {"table", "t"}, {"set", "s"}})), &type};
    return netplumb::list(socket, request, buffer);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Played, "a listing of one generation, which is still that of now, is taken") {
  sayListing({7, 7, 7});
  sayGeneration(7);
  CHECK(must(list()).size() == 3);
}

TEST_CASE_FIXTURE(Played, "what belongs to several generations, or to one that is over, is asked for again") {
  sayListing({7, 8});
  sayGeneration(8);
  sayListing({8, 8});
  sayGeneration(9);
  sayListing({9, 9, 9});
  sayGeneration(9);
  CHECK(must(list()).size() == 3);
}

TEST_CASE_FIXTURE(Played, "an empty listing is of one generation") {
  sayListing({});
  CHECK(must(list()).empty());
}

TEST_CASE_FIXTURE(Played, "a listing that never holds still is not returned") {
  for (int i = 0; i < kMostAttempts; ++i) {
    sayListing({7});
    sayGeneration(8);
  }
  const Error error = mustFail(list());
  CHECK(error.number == EINTR);
  CHECK(error.operation == "NFT_MSG_GETSETELEM");
}

TEST_CASE_FIXTURE(Played, "a generation that is refused is no listing") {
  sayListing({7});
  REQUIRE(kernel.say(FakeKernel::ack(2, EPERM)));
  CHECK(mustFail(list()).number == EPERM);
}

TEST_CASE_FIXTURE(Played, "other protocols have no generations") {
  REQUIRE(kernel.say(FakeKernel::message(RTM_NEWLINK, NLM_F_MULTI, 1, ofGeneration(7))));
  REQUIRE(kernel.say(FakeKernel::message(RTM_NEWLINK, NLM_F_MULTI, 1, ofGeneration(8))));
  REQUIRE(kernel.say(FakeKernel::done(1)));
  Request request = getLink("eth0");
  CHECK(must(netplumb::list(socket, request, buffer)).size() == 2);
}

}  // namespace netplumb::testing
