#include "engine/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <system_error>
#include <thread>

#include "netns/carrier.h"
#include "nftables/listing.h"
#include "nftables/transaction.h"

namespace netplumb {

namespace {

/// Of ten thousand requests, about a KiB each by the kernel's book-keeping.
constexpr size_t kRefusals = 10 * 1024 * 1024;

}  // namespace

Result<Worker> Worker::open(const NetnsRef& host) {
  auto home = Namespace::open(host);
  if (!home) return home.error();
  auto current = Namespace::current();
  if (!current) return current.error();
  // Entering needs privileges even where one already is; reading from the kernel does not.
  if (!(*home == *current) && setns(home->fd(), CLONE_NEWNET) != 0) return Error{errno, "setns"};
  auto socket = Socket::open(NETLINK_ROUTE);
  if (!socket) return socket.error();
  UniqueFd slot(fcntl(home->fd(), F_DUPFD_CLOEXEC, 0));
  if (!slot) return Error{errno, "fcntl"};
  return Worker(std::move(*home), std::move(*socket), std::move(slot));
}

Status Worker::fillSlot(const Namespace& target) {
  if (dup3(target.fd(), slot_.get(), O_CLOEXEC) < 0) return Error{errno, "dup3"};
  return Done{};
}

void Worker::clearSlot() {
  // Cannot fail: both descriptors are open and ours.
  dup3(home_.fd(), slot_.get(), O_CLOEXEC);
}

Result<std::vector<Answer>> Worker::exchange(std::span<Request> requests) {
  if (requests.empty()) return std::vector<Answer>();
  const int protocol = requests.front().type->protocol;
  auto open = socket(protocol);
  if (!open) return open.error();
  auto answers = netplumb::exchange(**open, requests, buffer_);
  if (!answers) closeSocket(protocol);
  return answers;
}

Result<std::vector<std::vector<uint8_t>>> Worker::dump(Request& request) {
  const int protocol = request.type->protocol;
  auto open = socket(protocol);
  if (!open) return open.error();
  auto payloads = list(**open, request, buffer_);
  if (!payloads) closeSocket(protocol);
  return payloads;
}

Result<std::vector<Answer>> Worker::transact(std::span<Request> requests, std::optional<uint32_t> generation) {
  auto open = socket(NETLINK_NETFILTER);
  if (!open) return open.error();
  auto answers = netplumb::transact(**open, requests, generation, buffer_);
  if (!answers && !refusesTransaction(answers.error())) closeSocket(NETLINK_NETFILTER);
  return answers;
}

Status Worker::settleCarrier(const std::string& link) {
  auto open = socket(NETLINK_ROUTE);
  return open ? netplumb::settleCarrier(**open, link) : open.error();
}

SandboxOpener* Worker::opener() {
  // On one processor the two would only take turns.
  if (!opener_ && std::thread::hardware_concurrency() > 1) {
    auto home = Namespace::ofFd(home_.fd());
    if (!home) return nullptr;
    try {
      opener_ = std::make_unique<SandboxOpener>(std::move(*home));
    } catch (const std::system_error&) {
      return nullptr;
    }
  }
  return opener_.get();
}

Result<Socket*> Worker::socket(int protocol) {
  std::optional<Socket>& socket = socketOf(protocol);
  if (!socket) {
    auto opened = Socket::open(protocol);
    if (!opened) return opened.error();
    socket = std::move(*opened);
    if (protocol == NETLINK_NETFILTER) {
      // Of a transaction each request may be refused.
      socket->makeRoomToReceive(kRefusals);
      *netfilterPort_ = socket->port();
    }
  }
  return &*socket;
}

void Worker::closeSocket(int protocol) {
  socketOf(protocol).reset();
  if (protocol == NETLINK_NETFILTER) *netfilterPort_ = 0;
}

}  // namespace netplumb
