#include "engine/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <unistd.h>

namespace netplumb {

namespace {

/// Making a proc file system takes about 50 µs, looking through this many sandboxes' directories about 10.
constexpr int kSandboxesOfOneTree = 32;

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
  auto open = socket();
  if (!open) return open.error();
  auto answers = netplumb::exchange(**open, requests, buffer_);
  if (!answers) socket_.reset();
  return answers;
}

Result<std::vector<std::vector<uint8_t>>> Worker::dump(Request& request) {
  auto open = socket();
  if (!open) return open.error();
  auto payloads = netplumb::dump(**open, request, buffer_);
  if (!payloads) socket_.reset();
  return payloads;
}

SysctlTree& Worker::sandboxSysctls() {
  if (++sandboxesLookedInto_ > kSandboxesOfOneTree) {
    sandboxSysctls_ = SysctlTree();
    sandboxesLookedInto_ = 1;
  }
  return sandboxSysctls_;
}

Result<Socket*> Worker::socket() {
  if (!socket_) {
    auto opened = Socket::open(NETLINK_ROUTE);
    if (!opened) return opened.error();
    socket_ = std::move(*opened);
  }
  return &*socket_;
}

}  // namespace netplumb
