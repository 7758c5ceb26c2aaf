#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "netlink/result.h"
#include "netlink/unique_fd.h"

namespace netplumb {

/// One netlink socket, in the network namespace in which its thread stood when it was opened; it stays there. Opened
/// with extended acknowledgements, capped acknowledgements and strict checking, all of which must be had, and connected
/// to the kernel, so that no other process can fill its queue. Not safe for use by two threads at once.
class Socket {
 public:
  /// `protocol`: NETLINK_ROUTE and its like. EPROTONOSUPPORT: the kernel lacks it.
  static Result<Socket> open(int protocol);

  /// A socket with someone else than the kernel at its other end, who knows us as `port`: for tests.
  static Socket adopt(UniqueFd fd, uint32_t port) { return Socket(std::move(fd), port); }

  int fd() const { return fd_.get(); }
  /// Our address, as the kernel repeats it in each reply (nlmsg_pid).
  uint32_t port() const { return port_; }
  /// A number that no earlier request of this socket had.
  uint32_t nextSequence() { return ++sequence_; }

  Status join(uint32_t group);

  /// Makes the send buffer as large as one datagram of `bytes` needs. Without CAP_NET_ADMIN in the namespace's user
  /// namespace it may stay too small, which `send` then tells (EMSGSIZE).
  void makeRoomToSend(size_t bytes);
  /// The same for what waits to be received, of which the kernel counts its book-keeping too. An overflow is told by
  /// `receive`.
  void makeRoomToReceive(size_t bytes);

  /// Sends `bytes` (one or more whole messages) to the kernel, as one datagram. The kernel works through it before this
  /// returns (netlink_unicast_kernel in net/netlink/af_netlink.c): its replies are there then, at least as many as the
  /// receive buffer holds, and the next part of a dump is there whenever the one before has been received.
  Status send(std::span<const uint8_t> bytes);

  /// The next datagram: the part of `buffer` that it fills, or nothing when there is none. Never waits, for the reason
  /// above; datagrams that do not come from the kernel are dropped. ENOBUFS: notifications or replies were lost.
  /// EBADMSG: the datagram was larger than `buffer`.
  Result<std::span<const uint8_t>> receive(std::span<uint8_t> buffer);

 private:
  Socket(UniqueFd fd, uint32_t port) : fd_(std::move(fd)), port_(port) {}

  UniqueFd fd_;
  uint32_t port_;
  uint32_t sequence_ = 0;
};

/// Large enough for any datagram the kernel builds: dumps use at most 32 KiB (netlink_dump in net/netlink/af_netlink.c)
/// unless a single link needs more, and one with all its statistics needs a few.
constexpr size_t kReceiveBuffer = 64 * 1024;

}  // namespace netplumb
