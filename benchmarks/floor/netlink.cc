#include "netlink.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace netplumb::bench {

void fail(const char* what, ...) {
  const int error = errno;
  va_list arguments;
  va_start(arguments, what);
  std::vfprintf(stderr, what, arguments);
  va_end(arguments);
  std::fprintf(stderr, ": %s\n", std::strerror(error));
  std::exit(1);
}

void* Batch::reserve(size_t size) {
  const size_t aligned = NLMSG_ALIGN(size);
  if (size_ + aligned > sizeof buffer_) {
    errno = EMSGSIZE;
    fail("batch");
  }
  void* room = buffer_ + size_;
  std::memset(room, 0, aligned);
  size_ += aligned;
  return room;
}

void Batch::begin(uint16_t type, uint16_t flags) {
  start_ = size_;
  auto* header = static_cast<nlmsghdr*>(reserve(sizeof(nlmsghdr)));
  header->nlmsg_type = type;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
  requests_++;
}

void Batch::end() { reinterpret_cast<nlmsghdr*>(buffer_ + start_)->nlmsg_len = size_ - start_; }

ifinfomsg& Batch::beginLink(uint16_t type, uint16_t flags, int index, unsigned deviceFlags) {
  begin(type, flags);
  auto* link = static_cast<ifinfomsg*>(reserve(sizeof(ifinfomsg)));
  link->ifi_index = index;
  link->ifi_flags = deviceFlags;
  link->ifi_change = deviceFlags;
  return *link;
}

void Batch::attribute(uint16_t type, const void* data, size_t size) {
  auto* header = static_cast<nlattr*>(reserve(NLA_HDRLEN + size));
  header->nla_type = type;
  header->nla_len = NLA_HDRLEN + size;
  std::memcpy(reinterpret_cast<char*>(header) + NLA_HDRLEN, data, size);
}

void Batch::text(uint16_t type, const char* value) { attribute(type, value, std::strlen(value) + 1); }

size_t Batch::open(uint16_t type) {
  const size_t nest = size_;
  static_cast<nlattr*>(reserve(NLA_HDRLEN))->nla_type = type;
  return nest;
}

void Batch::close(size_t nest) { reinterpret_cast<nlattr*>(buffer_ + nest)->nla_len = size_ - nest; }

void Batch::clear() {
  size_ = 0;
  requests_ = 0;
}

Socket::Socket() : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
  if (fd_ < 0) fail("socket");
  // Without this each acknowledgement carries the whole request back.
  const int on = 1;
  if (setsockopt(fd_, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on) < 0) fail("NETLINK_CAP_ACK");
}

Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), sequence_(other.sequence_) {}

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

void Socket::askForCarrier(const char* link) {
  ethtool_value carrier{};
  carrier.cmd = ETHTOOL_GLINK;
  ifreq request{};
  std::strncpy(request.ifr_name, link, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&carrier);
  if (ioctl(fd_, SIOCETHTOOL, &request) < 0) fail("asking for the carrier of %s", link);
}

void Socket::send(Batch& batch) {
  const int requests = batch.requests();
  errno = trySend(batch);
  if (errno != 0) fail("a request out of %d", requests);
}

int Socket::trySend(Batch& batch, bool firstMayFail) {
  // Sequence numbers are written here so that a batch can be built without knowing its socket.
  const uint32_t first = sequence_ + 1;
  auto* cursor = const_cast<char*>(batch.data());
  for (int i = 0; i < batch.requests(); i++) {
    auto* header = reinterpret_cast<nlmsghdr*>(cursor);
    header->nlmsg_seq = ++sequence_;
    cursor += NLMSG_ALIGN(header->nlmsg_len);
  }

  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (sendto(fd_, batch.data(), batch.size(), 0, reinterpret_cast<sockaddr*>(&kernel), sizeof kernel) < 0)
    fail("sendto");

  int error = 0;
  alignas(NLMSG_ALIGNTO) char replies[16384];
  for (int waiting = batch.requests(); waiting > 0;) {
    ssize_t size = recv(fd_, replies, sizeof replies, 0);
    if (size < 0) fail("recv");
    for (auto* header = reinterpret_cast<nlmsghdr*>(replies); NLMSG_OK(header, size);
         header = NLMSG_NEXT(header, size)) {
      if (header->nlmsg_type != NLMSG_ERROR) continue;
      waiting--;
      const auto* reply = static_cast<nlmsgerr*>(NLMSG_DATA(header));
      if (reply->error == 0 || (firstMayFail && header->nlmsg_seq == first)) continue;
      error = -reply->error;
    }
  }
  batch.clear();
  return error;
}

}  // namespace netplumb::bench
