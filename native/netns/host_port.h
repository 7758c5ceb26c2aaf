#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <vector>

namespace netplumb {

/// The protocols that have ports.
enum class Transport : uint8_t { kTcp = IPPROTO_TCP, kUdp = IPPROTO_UDP, kSctp = IPPROTO_SCTP };

/// One port of one address of a host, or of all addresses of a family.
struct HostPort {
  Transport protocol;
  /// 4 or 16 bytes in network order; all zero: every address of that family.
  std::vector<uint8_t> address;
  uint16_t port;

  auto operator<=>(const HostPort&) const = default;
};

/// "tcp 0.0.0.0:8080", "udp [::]:53".
std::string describe(const HostPort& port);

}  // namespace netplumb
