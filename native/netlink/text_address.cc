#include "netlink/text_address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "netlink/hex.h"

namespace netplumb {

namespace {

constexpr size_t kIpv4 = 4;
constexpr size_t kIpv6 = 16;

/// inet_ntop goes by way of printf, for records that are read by the thousand.
std::string formatIpv4(std::span<const uint8_t> bytes) {
  std::array<char, INET_ADDRSTRLEN> text;
  char* end = text.data();
  for (const uint8_t byte : bytes) {
    if (end != text.data()) *end++ = '.';
    end = std::to_chars(end, text.data() + text.size(), byte).ptr;
  }
  return {text.data(), end};
}

}  // namespace

std::optional<std::vector<uint8_t>> parseIp(const std::string& text) {
  const bool v6 = text.find(':') != std::string::npos;
  std::vector<uint8_t> bytes(v6 ? kIpv6 : kIpv4);
  // inet_pton would stop at an embedded NUL and take what stands before it.
  if (text.find('\0') != std::string::npos) return std::nullopt;
  if (inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::optional<std::string> formatIp(std::span<const uint8_t> bytes) {
  if (bytes.size() == kIpv4) return formatIpv4(bytes);
  if (bytes.size() != kIpv6) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(AF_INET6, bytes.data(), text.data(), text.size()) == nullptr) return std::nullopt;
  return std::string(text.data());
}

std::optional<std::vector<uint8_t>> parseHardware(const std::string& text) {
  // Groups of two digits with colons between them: 2, 5, 8 … characters.
  if (text.size() % 3 != 2) return std::nullopt;
  std::vector<uint8_t> bytes;
  for (size_t at = 0; at < text.size(); at += 3) {
    const int high = hexDigit(text[at]);
    const int low = hexDigit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    if (at + 2 < text.size() && text[at + 2] != ':') return std::nullopt;
    bytes.push_back(static_cast<uint8_t>(high << 4 | low));
  }
  return bytes;
}

std::string formatHardware(std::span<const uint8_t> bytes) {
  if (bytes.empty()) return {};
  std::string text(3 * bytes.size() - 1, ':');
  for (size_t i = 0; i < bytes.size(); ++i) writeHex(&text[3 * i], bytes[i]);
  return text;
}

}  // namespace netplumb
