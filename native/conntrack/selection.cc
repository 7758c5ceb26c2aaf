#include "conntrack/selection.h"

#include <array>

namespace netplumb {

namespace {

std::string_view textOf(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Whether it is one of 127.0.0.0/8, all of which every host has.
bool isLoopback(std::span<const uint8_t> address) { return address.size() == 4 && address[0] == 127; }

}  // namespace

ConnectionSelection::ConnectionSelection(const ConnectionWishes& wishes) {
  for (const HostPort& port : wishes.ports) {
    auto& addresses = ports_[{static_cast<uint8_t>(port.protocol), port.port}];
    addresses.emplace(textOf(port.address));
  }
  for (const auto& address : wishes.addresses) addresses_.emplace(textOf(address));
  for (const auto& address : wishes.hostAddresses) hostAddresses_.emplace(textOf(address));
}

bool ConnectionSelection::contains(const Entry& entry) const {
  return isPort(entry.original) || hasAddress(entry.original) || hasAddress(entry.reply);
}

bool ConnectionSelection::hasAddress(const Direction& direction) const {
  return addresses_.contains(textOf(direction.source)) || addresses_.contains(textOf(direction.destination));
}

bool ConnectionSelection::isPort(const Direction& direction) const {
  const auto found = ports_.find({direction.protocol, direction.destinationPort});
  if (found == ports_.end()) return false;
  const std::string_view address = textOf(direction.destination);
  if (found->second.contains(address)) return true;
  static constexpr std::array<char, 16> kAny{};
  return found->second.contains(std::string_view(kAny.data(), address.size())) &&
         (isLoopback(direction.destination) || hostAddresses_.contains(address));
}

}  // namespace netplumb
