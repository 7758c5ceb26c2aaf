#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conntrack/entry.h"
#include "netns/host_port.h"

namespace netplumb {

/// Which connections are to be forgotten.
struct ConnectionWishes {
  /// Those that were begun to such a port of the host: of one address of it, or of all that it has.
  std::vector<HostPort> ports;
  /// Those that come from or go to such an address, before or after translation. 4 or 16 bytes each.
  std::vector<std::vector<uint8_t>> addresses;
  /// Which addresses the host has, beside 127.0.0.0/8. What passes through it, on its way to such a port of somebody
  /// else, is not meant.
  std::vector<std::vector<uint8_t>> hostAddresses;
};

/// The same, looked up quickly: it is asked about each entry of a table of thousands.
class ConnectionSelection {
 public:
  explicit ConnectionSelection(const ConnectionWishes& wishes);

  bool contains(const Entry& entry) const;

 private:
  using Addresses = std::set<std::string, std::less<>>;

  bool hasAddress(const Direction& direction) const;
  bool isPort(const Direction& direction) const;

  /// By protocol and port: addresses of which it is meant; one of nothing but zeros stands for all of its family.
  std::map<std::pair<uint8_t, uint16_t>, Addresses> ports_;
  Addresses addresses_;
  Addresses hostAddresses_;
};

}  // namespace netplumb
