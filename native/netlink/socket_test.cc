#include "netlink/socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "netlink/fake_kernel.h"
#include "netlink/reply.h"
#include "netlink/test_messages.h"

namespace netplumb::testing {

namespace {

int option(const Socket& socket, int name) {
  int value = 0;
  socklen_t length = sizeof value;
  REQUIRE(getsockopt(socket.fd(), SOL_NETLINK, name, &value, &length) == 0);
  return value;
}

/// As any other process with CAP_NET_ADMIN would.
int sendTo(const Socket& target, uint32_t groups) {
  UniqueFd other(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_pid = groups == 0 ? target.port() : 0;
  address.nl_groups = groups;
  const Datagram forged = FakeKernel::ack(1);
  const ssize_t sent =
      sendto(other.get(), forged.data(), forged.size(), 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
  return sent < 0 ? errno : 0;
}

}  // namespace

TEST_CASE("a socket reports errors in full, checks strictly and has a port of its own") {
  const Socket first = must(Socket::open(NETLINK_ROUTE));
  const Socket second = must(Socket::open(NETLINK_ROUTE));
  CHECK(option(first, NETLINK_EXT_ACK) == 1);
  CHECK(option(first, NETLINK_CAP_ACK) == 1);
  CHECK(option(first, NETLINK_GET_STRICT_CHK) == 1);
  CHECK(first.port() != 0);
  CHECK(first.port() != second.port());
}

TEST_CASE("a protocol that the kernel lacks") {
  const Error error = mustFail(Socket::open(31));
  CHECK(error.number == EPROTONOSUPPORT);
  CHECK(error.operation == "socket");
}

TEST_CASE("a group that does not exist") {
  Socket socket = must(Socket::open(NETLINK_ROUTE));
  const Error error = mustFail(socket.join(100'000));
  CHECK(error.number == EINVAL);
  CHECK(error.operation == "setsockopt");
}

TEST_CASE("nobody else gets a word in") {
  Socket socket = must(Socket::open(NETLINK_ROUTE));
  std::vector<uint8_t> buffer(kReceiveBuffer);
  CHECK(sendTo(socket, 0) == ECONNREFUSED);
  CHECK(must(socket.receive(buffer)).empty());

  // A group's other members are out of the kernel's control: we drop what they say.
  must(socket.join(RTNLGRP_LINK));
  const Socket witness = [] {
    Socket bystander = must(Socket::open(NETLINK_ROUTE));
    must(bystander.join(RTNLGRP_LINK));
    return bystander;
  }();
  CHECK(sendTo(socket, RTMGRP_LINK) == 0);
  uint8_t heard[64];
  CHECK(recv(witness.fd(), heard, sizeof heard, MSG_DONTWAIT) > 0);
  CHECK(must(socket.receive(buffer)).empty());
}

TEST_CASE("receive does not wait, and goes on after a datagram that was too large") {
  FakeKernel kernel;
  Socket socket = kernel.socket();
  std::vector<uint8_t> buffer(100);
  CHECK(must(socket.receive(buffer)).empty());
  kernel.say(Datagram(100, 1));
  kernel.say(Datagram(101, 2));
  kernel.say(Datagram(99, 3));
  CHECK(must(socket.receive(buffer)).size() == 100);
  const Error error = mustFail(socket.receive(buffer));
  CHECK(error.number == EBADMSG);
  CHECK(error.operation == "recvmsg");
  const auto third = must(socket.receive(buffer));
  REQUIRE(third.size() == 99);
  CHECK(third[98] == 3);
  CHECK(must(socket.receive(buffer)).empty());
}

TEST_CASE("the kernel has replied when send returns") {
  Socket socket = must(Socket::open(NETLINK_ROUTE));
  std::vector<uint8_t> buffer(kReceiveBuffer);
  for (int i = 0; i < 100; ++i) {
    must(socket.send(makeRequest(kGetLink, NLM_F_REQUEST, Value::Object{{"name", "lo"}}).message));
    REQUIRE_FALSE(must(socket.receive(buffer)).empty());
  }
}

TEST_CASE("failures of the socket itself") {
  Socket socket = Socket::adopt(UniqueFd(), 1);
  std::vector<uint8_t> buffer(100);
  CHECK(mustFail(socket.send(buffer)).number == EBADF);
  CHECK(mustFail(socket.receive(buffer)).number == EBADF);
  CHECK(mustFail(socket.join(1)).number == EBADF);
}

}  // namespace netplumb::testing
