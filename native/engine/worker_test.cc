#include "engine/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "netlink/test_namespace.h"
#include "netns/test_support.h"
#include "nftables/messages.h"
#include "rtnetlink/test_network.h"

namespace netplumb::testing {

namespace {

class Host {
 public:
  Worker worker = must(Worker::open(NetnsPath{"/proc/thread-self/ns/net"}));

  Result<std::vector<Answer>> ask(size_t count) {
    std::vector<Request> requests(count, request());
    return worker.exchange(requests);
  }
  static Request request() {
    const MessageType* type = findMessage(RTM_GETLINK);
    return Request{must(encode(*type, 0, Object{{"name", "lo"}})), type};
  }
  static Request listing() {
    const MessageType* type = findMessage(RTM_GETLINK);
    return Request{must(encode(*type, 0, Object{})), type};
  }
};

/// The descriptors of sockets.
std::set<int> sockets() {
  std::set<int> found;
  for (const auto& [fd, target] : openDescriptors()) {
    if (target.starts_with("socket:")) found.insert(fd);
  }
  return found;
}

}  // namespace

TEST_CASE("a worker talks to the host's namespace and lists it") {
  const FreshNamespace room;
  Host host;
  REQUIRE(must(host.ask(1)).size() == 1);
  Request listing = Host::listing();
  CHECK(must(host.worker.dump(listing)).size() == 1);
}

TEST_CASE("entering the host is for good") {
  const Child child([] { return unshare(CLONE_NEWNET) == 0; });
  REQUIRE(child.started());
  const Namespace target = must(Namespace::ofPid(child.pid()));
  const Namespace home = must(Namespace::current());
  Worker worker = must(Worker::open(NetnsPid{child.pid()}));
  const bool moved = must(Namespace::current()) == target;
  CHECK(worker.home() == target);
  REQUIRE(setns(home.fd(), CLONE_NEWNET) == 0);
  CHECK(moved);
}

TEST_CASE("who is already there needs no privilege to stay") {
  // In a process of its own, which gives up what root may do; it tells by its exit status.
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0) _exit(2);
    auto worker = Worker::open(NetnsPath{"/proc/thread-self/ns/net"});
    if (!worker) _exit(3);
    std::vector<Request> requests{Host::request()};
    const auto answers = worker->exchange(requests);
    _exit(answers && !answers->front().error ? 0 : 4);
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("after a broken conversation there is a new socket") {
  const FreshNamespace room;
  const std::set<int> before = sockets();
  Host host;
  std::set<int> ours = sockets();
  for (const int fd : before) ours.erase(fd);
  REQUIRE(ours.size() == 1);
  const int smallest = 0;
  REQUIRE(setsockopt(*ours.begin(), SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest) == 0);

  CHECK(mustFail(host.ask(16)).number == ENOBUFS);
  // On the old one, left-over replies would meet these; and its buffer would be too small again.
  CHECK(must(host.ask(16)).size() == 16);
  CHECK(sockets().size() == before.size() + 1);
}

TEST_CASE("after a listing that broke off there is a new socket") {
  const FreshNamespace room;
  const std::set<int> before = sockets();
  Host host;
  std::set<int> ours = sockets();
  for (const int fd : before) ours.erase(fd);
  const int smallest = 0;
  REQUIRE(setsockopt(*ours.begin(), SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest) == 0);
  // Something in the queue already, so that the listing's first part does not fit.
  const Request left = Host::request();
  std::vector<uint8_t> message = left.message;
  const uint16_t flags = NLM_F_REQUEST;
  std::memcpy(message.data() + offsetof(nlmsghdr, nlmsg_flags), &flags, sizeof flags);
  REQUIRE(send(*ours.begin(), message.data(), message.size(), 0) > 0);

  Request listing = Host::listing();
  CHECK_FALSE(host.worker.dump(listing).ok());
  CHECK(must(host.worker.dump(listing)).size() == 1);
  CHECK(must(host.ask(1)).size() == 1);
}

TEST_CASE("transactions are made by one port, which is another after a broken conversation") {
  const FreshNamespace room;
  Host host;
  const auto port = host.worker.netfilterPort();
  CHECK(*port == 0);
  const std::set<int> before = sockets();
  const MessageType* type = findFirewallMessage(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELTABLE);
  std::vector<Request> requests{{must(encode(*type, 0, Object{{"family", NFPROTO_INET}, {"name", "none"}})), type}};
  const auto refused = [&] { return must(host.worker.transact(requests, std::nullopt)).front().error->number; };
  CHECK(refused() == ENOENT);
  const uint32_t first = *port;
  CHECK(first != 0);
  CHECK(mustFail(host.worker.transact(requests, 77)).number == ERESTART);
  CHECK(refused() == ENOENT);
  CHECK(*port == first);

  std::set<int> ours = sockets();
  for (const int fd : before) ours.erase(fd);
  REQUIRE(ours.size() == 1);
  // Something in the queue that answers no request.
  const nlmsghdr stray{NLMSG_HDRLEN, NLMSG_NOOP, NLM_F_REQUEST | NLM_F_ACK, 0, 0};
  REQUIRE(send(*ours.begin(), &stray, sizeof stray, 0) > 0);
  CHECK(mustFail(host.worker.transact(requests, std::nullopt)).number == EBADMSG);
  CHECK(*port == 0);
  CHECK(refused() == ENOENT);
  CHECK(*port != 0);
  CHECK(sockets().size() == before.size() + 1);
}

TEST_CASE("the slot stands for a sandbox only while it is filled") {
  const FreshNamespace room;
  Host host;
  const std::string home = openDescriptors().at(host.worker.sandboxSlot());
  CHECK(home == whereAmI());
  {
    const Child child([] { return unshare(CLONE_NEWNET) == 0; });
    const Namespace sandbox = must(Namespace::ofPid(child.pid()));
    must(host.worker.fillSlot(sandbox));
    CHECK(must(Namespace::ofFd(host.worker.sandboxSlot())) == sandbox);
    CHECK((fcntl(host.worker.sandboxSlot(), F_GETFD) & FD_CLOEXEC) != 0);
  }
  host.worker.clearSlot();
  CHECK(openDescriptors().at(host.worker.sandboxSlot()) == home);
  CHECK((fcntl(host.worker.sandboxSlot(), F_GETFD) & FD_CLOEXEC) != 0);
}

}  // namespace netplumb::testing
