#include "netns/host_port.h"

#include "netlink/text_address.h"

namespace netplumb {

namespace {

const char* nameOf(Transport protocol) {
  switch (protocol) {
    case Transport::kTcp:
      return "tcp";
    case Transport::kUdp:
      return "udp";
    case Transport::kSctp:
      return "sctp";
  }
  return "?";
}

}  // namespace

std::string describe(const HostPort& port) {
  const std::string address = formatIp(port.address).value_or("?");
  const bool isIpv6 = port.address.size() == sizeof(in6_addr);
  return std::string(nameOf(port.protocol)) + " " + (isIpv6 ? "[" + address + "]" : address) + ":" +
         std::to_string(port.port);
}

}  // namespace netplumb
