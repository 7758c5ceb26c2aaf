#pragma once

#include <doctest/doctest.h>

#include <cctype>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "netlink/codec.h"
#include "netlink/value.h"

// For tests only.

namespace netplumb::testing {

using Object = Value::Object;
using List = Value::List;

/// Pairs of hexadecimal digits, with blanks anywhere between them. Not a doctest assertion: constants are made before
/// the tests run.
inline Bytes hex(std::string_view text) {
  Bytes bytes;
  int digits = 0;
  int value = 0;
  for (const char c : text) {
    if (c == ' ') continue;
    if (!std::isxdigit(static_cast<unsigned char>(c))) throw std::invalid_argument("not a hexadecimal digit");
    value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    if (++digits == 2) {
      bytes.push_back(static_cast<uint8_t>(value));
      digits = value = 0;
    }
  }
  if (digits != 0) throw std::invalid_argument("half a byte");
  return bytes;
}

inline std::string hexText(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    if (!text.empty()) text += ' ';
    text += {kDigits[byte >> 4], kDigits[byte & 0xf]};
  }
  return text;
}

/// A value as people read it: {index: 3, name: "eth0"}; 64-bit integers end in n.
inline std::string show(const Value& value) {
  return std::visit(
      [](const auto& data) -> std::string {
        using Data = std::decay_t<decltype(data)>;
        std::string text;
        if constexpr (std::is_same_v<Data, bool>) {
          text = data ? "true" : "false";
        } else if constexpr (std::is_same_v<Data, int64_t>) {
          text = std::to_string(data);
        } else if constexpr (std::is_same_v<Data, uint64_t>) {
          text = std::to_string(data) + "n";
        } else if constexpr (std::is_same_v<Data, std::string>) {
          text = '"' + data + '"';
        } else if constexpr (std::is_same_v<Data, Bytes>) {
          text = "<" + hexText(data) + ">";
        } else if constexpr (std::is_same_v<Data, List>) {
          for (const Value& item : data) text += (text.empty() ? "" : ", ") + show(item);
          text = "[" + text + "]";
        } else {
          for (const Member& member : data) {
            text += (text.empty() ? "" : ", ") + member.name + ": " + show(member.value);
          }
          text = "{" + text + "}";
        }
        return text;
      },
      value.data);
}

/// Decodes from a copy that ends where the payload ends, so that the address sanitizer sees a read beyond it.
inline Result<Value> decodeCopy(const Schema& schema, std::span<const uint8_t> payload) {
  const Bytes copy(payload.begin(), payload.end());
  return decode(schema, copy);
}

}  // namespace netplumb::testing

namespace doctest {

template <>
struct StringMaker<netplumb::Value> {
  static String convert(const netplumb::Value& value) { return netplumb::testing::show(value).c_str(); }
};

}  // namespace doctest
