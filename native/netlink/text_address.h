#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace netplumb {

/// "10.0.0.1" → 4 bytes, "fe80::1" → 16 bytes, in network order; nothing else is an address.
std::optional<std::vector<uint8_t>> parseIp(const std::string& text);

/// 4 or 16 bytes → text; nothing for any other length.
std::optional<std::string> formatIp(std::span<const uint8_t> bytes);

/// "02:42:ac:11:00:02" → 6 bytes; any number of two-digit groups (InfiniBand has twenty).
std::optional<std::vector<uint8_t>> parseHardware(const std::string& text);

std::string formatHardware(std::span<const uint8_t> bytes);

}  // namespace netplumb
