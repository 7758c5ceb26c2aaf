#include "netlink/socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace netplumb {

namespace {

Error failed(const char* operation) { return Error{errno, operation, "", ""}; }

Status enable(int fd, int option, const char* name) {
  const int on = 1;
  if (setsockopt(fd, SOL_NETLINK, option, &on, sizeof on) != 0) return failed(name);
  return Done{};
}

}  // namespace

Result<Socket> Socket::open(int protocol) {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!fd) return failed("socket");
  for (const auto& [option, name] : {std::pair{NETLINK_EXT_ACK, "setsockopt(NETLINK_EXT_ACK)"},
                                     std::pair{NETLINK_CAP_ACK, "setsockopt(NETLINK_CAP_ACK)"},
                                     std::pair{NETLINK_GET_STRICT_CHK, "setsockopt(NETLINK_GET_STRICT_CHK)"}}) {
    Status done = enable(fd.get(), option, name);
    if (!done) return done.error();
  }
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  socklen_t length = sizeof address;
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length) != 0) return failed("bind");
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) return failed("getsockname");
  return Socket(std::move(fd), address.nl_pid);
}

Status Socket::join(uint32_t group) {
  if (setsockopt(fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0) {
    return failed("setsockopt(NETLINK_ADD_MEMBERSHIP)");
  }
  return Done{};
}

Status Socket::send(std::span<const uint8_t> bytes) {
  ssize_t sent;
  do {
    sent = ::send(fd(), bytes.data(), bytes.size(), 0);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return failed("sendmsg");
  return Done{};
}

Result<std::span<const uint8_t>> Socket::receive(std::span<uint8_t> buffer) { return receive(buffer, 0); }

Result<std::span<const uint8_t>> Socket::poll(std::span<uint8_t> buffer) { return receive(buffer, MSG_DONTWAIT); }

Result<std::span<const uint8_t>> Socket::receive(std::span<uint8_t> buffer, int flags) {
  for (;;) {
    sockaddr_nl sender{};
    iovec vector{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &sender;
    message.msg_namelen = sizeof sender;
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    const ssize_t length = recvmsg(fd(), &message, flags);
    if (length < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN && (flags & MSG_DONTWAIT) != 0) return std::span<const uint8_t>();
      return failed("recvmsg");
    }
    // Any process with CAP_NET_ADMIN may send to our address; only port 0 is the kernel.
    if (sender.nl_pid != 0) continue;
    if ((message.msg_flags & MSG_TRUNC) != 0) return Error{EBADMSG, "recvmsg", "reply larger than the buffer", ""};
    return std::span<const uint8_t>(buffer.data(), static_cast<size_t>(length));
  }
}

}  // namespace netplumb
