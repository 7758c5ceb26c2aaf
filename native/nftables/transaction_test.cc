#include "nftables/transaction.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netlink/fake_kernel.h"
#include "netlink/reply.h"
#include "netlink/test_namespace.h"
#include "nftables/golden.h"
#include "nftables/schemas.h"

namespace netplumb::testing {

namespace {

const MessageType kNewTable{NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE, "NFT_MSG_NEWTABLE", &tableSchema,
                            NETLINK_NETFILTER};

Request newTable(const std::string& name) {
  const Object body{{"family", NFPROTO_INET}, {"name", name}};
  return {must(encode(kNewTable, NLM_F_CREATE | NLM_F_EXCL, body)), &kNewTable};
}

Request deleteTable(const std::string& name) {
  const MessageType& type = firewallMessage(NFT_MSG_DELTABLE);
  return {must(encode(type, 0, Object{{"family", NFPROTO_INET}, {"name", name}})), &type};
}

Request getGeneration() {
  const MessageType& type = firewallMessage(NFT_MSG_GETGEN);
  return {must(encode(type, 0, Object{})), &type};
}

/// Talks to whoever is at the socket's other end.
class Talk {
 public:
  explicit Talk(Socket socket) : socket_(std::move(socket)) {}

  Result<std::vector<Answer>> transact(std::vector<Request> requests, std::optional<uint32_t> generation = {}) {
    return netplumb::transact(socket_, requests, generation, buffer_);
  }
  uint32_t generation() {
    std::vector<Request> requests{getGeneration()};
    const auto answers = must(exchange(socket_, requests, buffer_));
    const Value body = must(decode(generationSchema, answers.front().payload));
    return static_cast<uint32_t>(*body.find("id")->get<int64_t>());
  }
  int fd() const { return socket_.fd(); }

 private:
  Socket socket_;
  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kReceiveBuffer);
};

/// The kernel's part is played; the transaction's first message has sequence number 1, its requests those from 2.
struct Played {
  FakeKernel kernel;
  Talk talk{kernel.socket()};

  Result<std::vector<Answer>> answer(size_t requests, const std::vector<Datagram>& said) {
    for (const Datagram& datagram : said) REQUIRE(kernel.say(datagram));
    return talk.transact(std::vector<Request>(requests, newTable("t")));
  }
};

std::vector<int> errorsOf(const std::vector<Answer>& answers) {
  std::vector<int> numbers;
  for (const Answer& answer : answers) numbers.push_back(answer.error ? answer.error->number : 0);
  return numbers;
}

}  // namespace

TEST_CASE_FIXTURE(Played, "of nothing nothing is sent") {
  CHECK(must(talk.transact({})).empty());
  CHECK(kernel.hear().empty());
}

TEST_CASE_FIXTURE(Played, "it is one datagram, of which the last request alone is acknowledged") {
  REQUIRE(kernel.say(FakeKernel::ack(3)));
  CHECK(errorsOf(must(talk.transact({newTable("one"), deleteTable("two")}, 7))) == std::vector<int>{0, 0});
  const Datagram sent = kernel.hear();
  CHECK(kernel.hear().empty());
  std::vector<Reply> messages;
  ReplyReader reader(sent);
  while (auto message = reader.next()) messages.push_back(*message);
  REQUIRE(messages.size() == 4);
  // $ nft --debug=mnl add table inet one, but for the generation, which nft writes as here when it has one
  CHECK(messages[0].type == NFNL_MSG_BATCH_BEGIN);
  CHECK(hexText(messages[0].payload) == "00 00 00 0a 08 00 01 00 00 00 00 07");  // subsystem 10; NFNL_BATCH_GENID 7
  CHECK(messages[1].type == kNewTable.number);
  CHECK(messages[2].type == firewallMessage(NFT_MSG_DELTABLE).number);
  CHECK(messages[3].type == NFNL_MSG_BATCH_END);
  CHECK(hexText(messages[3].payload) == "00 00 00 0a");
  for (uint32_t i = 0; i < 4; ++i) {
    CHECK(messages[i].sequence == i + 1);
    CHECK((messages[i].flags & NLM_F_REQUEST) != 0);
    CHECK(((messages[i].flags & NLM_F_ACK) != 0) == (i == 2));
  }
}

TEST_CASE_FIXTURE(Played, "each refusal finds its request, with the kernel's words") {
  const auto answers = must(answer(
      3, {FakeKernel::ack(3, ENOENT, attribute(NLMSGERR_ATTR_MSG, bytesOf("not so"))) + FakeKernel::ack(2, EEXIST),
          FakeKernel::ack(4)}));
  CHECK(errorsOf(answers) == std::vector<int>{EEXIST, ENOENT, 0});
  CHECK(answers[1].error->message == "not so");
  CHECK(answers[1].error->operation == "NFT_MSG_NEWTABLE");
}

TEST_CASE_FIXTURE(Played, "what is echoed is its request's answer") {
  const auto answers =
      must(answer(1, {FakeKernel::message(kNewTable.number, 0, 2, bytesOf("told")), FakeKernel::ack(2)}));
  CHECK(answers[0].payload == bytesOf("told"));
}

TEST_CASE_FIXTURE(Played, "refused as a whole") {
  const Error error = mustFail(answer(2, {FakeKernel::ack(1, ERESTART)}));
  CHECK(error.number == ERESTART);
  CHECK(error.operation == "NFNL_MSG_BATCH_BEGIN");
  CHECK(refusesTransaction(error));
}

TEST_CASE_FIXTURE(Played, "refused at its end, when the last request was acknowledged") {
  const Error error = mustFail(answer(2, {FakeKernel::ack(1, ENOSPC), FakeKernel::ack(3)}));
  CHECK(error.number == ENOSPC);
  CHECK(refusesTransaction(error));
  // Nothing is left that the next might take for its own.
  REQUIRE(kernel.say(FakeKernel::ack(6)));
  CHECK(errorsOf(must(talk.transact({newTable("t")}))) == std::vector<int>{0});
}

TEST_CASE_FIXTURE(Played, "answers that make no sense break the conversation") {
  std::vector<Datagram> said;
  SUBCASE("none at all") {}
  SUBCASE("to the first of two requests only") { said = {FakeKernel::ack(2)}; }
  SUBCASE("to no request of ours") { said = {FakeKernel::ack(3), FakeKernel::ack(77)}; }
  SUBCASE("to the end, which asked for none") { said = {FakeKernel::ack(3), FakeKernel::ack(4)}; }
  SUBCASE("to somebody else") {
    Datagram other = FakeKernel::ack(3);
    other[12] ^= 1;
    said = {other};
  }
  SUBCASE("part of a listing") { said = {FakeKernel::ack(3), FakeKernel::done(2)}; }
  SUBCASE("cut short") {
    said = {FakeKernel::ack(3)};
    said[0].resize(18);
  }
  SUBCASE("an acknowledgement without an error's number") { said = {FakeKernel::message(NLMSG_ERROR, 0, 1, {})}; }
  const Error error = mustFail(answer(2, said));
  CHECK(error.number == EBADMSG);
  CHECK_FALSE(refusesTransaction(error));
}

TEST_CASE("the kernel does all or nothing, and counts what it did") {
  const FreshNamespace room;
  Talk talk(must(Socket::open(NETLINK_NETFILTER)));
  const uint32_t before = talk.generation();
  CHECK(errorsOf(must(talk.transact({newTable("a"), newTable("b")}, before))) == std::vector<int>{0, 0});
  CHECK(talk.generation() == before + 1);
  CHECK(mustFail(talk.transact({newTable("c")}, before)).number == ERESTART);
  const auto refused = must(talk.transact({newTable("c"), newTable("a"), deleteTable("none"), newTable("d")}));
  CHECK(errorsOf(refused) == std::vector<int>{0, EEXIST, ENOENT, 0});
  CHECK(talk.generation() == before + 1);
  CHECK(errorsOf(must(talk.transact({newTable("c"), newTable("d"), deleteTable("a")}))) == std::vector<int>{0, 0, 0});
}

TEST_CASE("a transaction larger than any send buffer, all of whose requests are refused") {
  constexpr size_t kCount = 20'000;
  const FreshNamespace room;
  Socket socket = must(Socket::open(NETLINK_NETFILTER));
  const std::vector<Request> requests(kCount, deleteTable("none"));
  SUBCASE("each has its answer where there is room for that") {
    socket.makeRoomToReceive(32 * 1024 * 1024);
    Talk talk(std::move(socket));
    CHECK(errorsOf(must(talk.transact(requests))) == std::vector<int>(kCount, ENOENT));
  }
  SUBCASE("where there is none, the first have, and the conversation goes on") {
    Talk talk(std::move(socket));
    const int smallest = 0;
    REQUIRE(setsockopt(talk.fd(), SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest) == 0);
    const auto errors = errorsOf(must(talk.transact(requests)));
    CHECK(errors.size() == kCount);
    CHECK(errors.front() == ENOENT);
    CHECK(errors.back() == 0);
    CHECK(errorsOf(must(talk.transact({newTable("a")}))) == std::vector<int>{0});
    CHECK(errorsOf(must(talk.transact({deleteTable("none")}))) == std::vector<int>{ENOENT});
  }
}

TEST_CASE("who must not change anything is refused as a whole") {
  // In a process of its own, which gives up what root may do; it tells by its exit status.
  const FreshNamespace room;
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0) _exit(2);
    auto socket = Socket::open(NETLINK_NETFILTER);
    if (!socket) _exit(3);
    std::vector<Request> requests{newTable("a")};
    std::vector<uint8_t> buffer(kReceiveBuffer);
    const auto answers = transact(*socket, requests, std::nullopt, buffer);
    _exit(!answers && answers.error().number == EPERM && refusesTransaction(answers.error()) ? 0 : 4);
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace netplumb::testing
