#include "netlink/socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>

namespace netplumb {

namespace {

Error failed(const char* operation) { return Error{errno, operation}; }

void makeRoom(int fd, int option, int forced, size_t bytes) {
  int room = 0;
  socklen_t length = sizeof room;
  getsockopt(fd, SOL_SOCKET, option, &room, &length);
  // netlink_sendmsg keeps 32 bytes of it for itself.
  const size_t needed = bytes + 32;
  if (room >= 0 && static_cast<size_t>(room) >= needed) return;
  const int wanted = static_cast<int>(std::min<size_t>(needed, std::numeric_limits<int>::max() / 2));
  if (setsockopt(fd, SOL_SOCKET, forced, &wanted, sizeof wanted) != 0) {
    setsockopt(fd, SOL_SOCKET, option, &wanted, sizeof wanted);
  }
}

}  // namespace

Result<Socket> Socket::open(int protocol) {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!fd) return failed("socket");
  const int on = 1;
  for (const int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK}) {
    if (setsockopt(fd.get(), SOL_NETLINK, option, &on, sizeof on) != 0) return failed("setsockopt");
  }
  // Port 0 is the kernel. Connecting also gives us a port of our own (netlink_autobind).
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  socklen_t length = sizeof address;
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), length) != 0) return failed("connect");
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) return failed("getsockname");
  return Socket(std::move(fd), address.nl_pid);
}

Status Socket::join(uint32_t group) {
  if (setsockopt(fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0) return failed("setsockopt");
  return Done{};
}

void Socket::makeRoomToSend(size_t bytes) { makeRoom(fd(), SO_SNDBUF, SO_SNDBUFFORCE, bytes); }

void Socket::makeRoomToReceive(size_t bytes) { makeRoom(fd(), SO_RCVBUF, SO_RCVBUFFORCE, bytes); }

Status Socket::send(std::span<const uint8_t> bytes) {
  ssize_t sent;
  do {
    sent = ::send(fd(), bytes.data(), bytes.size(), 0);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return failed("sendmsg");
  return Done{};
}

Result<std::span<const uint8_t>> Socket::receive(std::span<uint8_t> buffer) {
  for (;;) {
    sockaddr_nl sender{};
    iovec vector{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &sender;
    message.msg_namelen = sizeof sender;
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    const ssize_t length = recvmsg(fd(), &message, MSG_DONTWAIT);
    if (length < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return std::span<const uint8_t>();
      return failed("recvmsg");
    }
    // Being connected keeps other senders from our port, but not from the groups we have joined.
    if (sender.nl_pid != 0) continue;
    if ((message.msg_flags & MSG_TRUNC) != 0) return Error{EBADMSG, "recvmsg", "datagram larger than the buffer"};
    return std::span<const uint8_t>(buffer.data(), static_cast<size_t>(length));
  }
}

}  // namespace netplumb
