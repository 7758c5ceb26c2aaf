#pragma once

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "netlink/socket.h"
#include "netlink/unique_fd.h"

// For tests and fuzzers only.

namespace netplumb::testing {

using Datagram = std::vector<uint8_t>;

template <typename T>
void append(Datagram& bytes, const T& value) {
  const auto* start = reinterpret_cast<const uint8_t*>(&value);
  bytes.insert(bytes.end(), start, start + sizeof value);
}

/// One attribute, padded.
inline Datagram attribute(uint16_t type, const Datagram& payload) {
  Datagram bytes;
  append(bytes, nlattr{static_cast<uint16_t>(NLA_HDRLEN + payload.size()), type});
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  bytes.resize(NLA_ALIGN(bytes.size()));
  return bytes;
}

inline Datagram bytesOf(std::string_view text) { return Datagram(text.begin(), text.end()); }

inline Datagram bytesOf(uint32_t number) {
  Datagram bytes;
  append(bytes, number);
  return bytes;
}

inline Datagram operator+(Datagram left, const Datagram& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// Someone at the other end of a socket who says whatever a test wants: the replies wait in the queue before the
/// question is asked, which is as long as the kernel takes for them, too. The first request of a socket has sequence
/// number 1.
class FakeKernel {
 public:
  static constexpr uint32_t kPort = 4711;

  FakeKernel() {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) != 0) return;
    theirs_.reset(fds[0]);
    ours_.reset(fds[1]);
  }

  /// Once.
  Socket socket() { return Socket::adopt(std::move(ours_), kPort); }

  /// Returns false when the queue is full.
  bool say(const Datagram& datagram) {
    return ::send(theirs_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(datagram.size());
  }

  /// The next datagram that was sent to it; empty when there is none.
  Datagram hear() {
    Datagram datagram(256 * 1024);
    const ssize_t length = recv(theirs_.get(), datagram.data(), datagram.size(), 0);
    datagram.resize(length < 0 ? 0 : static_cast<size_t>(length));
    return datagram;
  }

  /// A message as the kernel writes it to kPort.
  static Datagram message(uint16_t type, uint16_t flags, uint32_t sequence, const Datagram& payload) {
    Datagram bytes;
    append(bytes, nlmsghdr{static_cast<uint32_t>(NLMSG_HDRLEN + payload.size()), type, flags, sequence, kPort});
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    bytes.resize(NLMSG_ALIGN(bytes.size()));
    return bytes;
  }

  /// A capped acknowledgement (`error` 0) or refusal, with the attributes of an extended acknowledgement.
  static Datagram ack(uint32_t sequence, int error = 0, const Datagram& extended = {}) {
    Datagram payload;
    append(payload, nlmsgerr{-error, {}});
    payload.insert(payload.end(), extended.begin(), extended.end());
    const uint16_t flags = NLM_F_CAPPED | (extended.empty() ? 0 : NLM_F_ACK_TLVS);
    return message(NLMSG_ERROR, flags, sequence, payload);
  }

  /// The end of a listing.
  static Datagram done(uint32_t sequence, int error = 0, uint16_t flags = 0) {
    return message(NLMSG_DONE, NLM_F_MULTI | flags, sequence, bytesOf(static_cast<uint32_t>(-error)));
  }

 private:
  UniqueFd theirs_;
  UniqueFd ours_;
};

}  // namespace netplumb::testing
