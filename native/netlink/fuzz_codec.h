#pragma once

#include <linux/netlink.h>

#include <cerrno>
#include <cstdlib>
#include <span>

#include "netlink/codec.h"

// For fuzzers only: what must hold of the codec, whatever the bytes.

namespace netplumb::fuzzing {

inline void require(bool condition) {
  if (!condition) std::abort();
}

/// The value without what is read otherwise than it is written: a flag that is off, and options that come as an array.
inline Value writable(const Value& value) {
  if (const auto* list = value.get<Value::List>()) {
    Value::List items;
    for (const Value& item : *list) items.push_back(writable(item));
    return items;
  }
  const auto* object = value.get<Value::Object>();
  if (object == nullptr) return value;
  Value::Object members;
  for (const Member& member : *object) {
    const bool* flag = member.value.get<bool>();
    const bool oneWay = (flag != nullptr && !*flag) || member.name == "indexed" || member.name == "inet";
    if (!oneWay) members.push_back({member.name, writable(member.value)});
  }
  return members;
}

/// A payload is refused as malformed or understood; what it was understood as, if we would send it at all, is
/// understood as the same again.
inline void checkDecode(const MessageType& type, std::span<const uint8_t> payload) {
  const auto decoded = decode(*type.body, payload);
  if (!decoded) return require(decoded.error().number == EBADMSG);
  const Value value = writable(*decoded);
  const auto encoded = encode(type, 0, value);
  if (!encoded) return require(encoded.error().number == EINVAL || encoded.error().number == EMSGSIZE);
  const auto again = decode(*type.body, std::span(*encoded).subspan(NLMSG_HDRLEN));
  require(again.ok() && *again == value);
}

/// Wherever an error points, the path begins with the name of an attribute of the table, or there is none.
inline void checkPath(const Schema& schema, std::span<const uint8_t> message, size_t offset) {
  const std::string path = attributePath(schema, message, offset);
  if (path.empty()) return;
  const std::string first = path.substr(0, path.find('.'));
  for (const Field& field : schema.fields) {
    if (field.name == first) return;
  }
  std::abort();
}

/// The number in the first two bytes, which are taken away.
inline size_t takeNumber(std::span<const uint8_t>& bytes) {
  if (bytes.size() < 2) return 0;
  const size_t number = bytes[0] | bytes[1] << 8;
  bytes = bytes.subspan(2);
  return number;
}

}  // namespace netplumb::fuzzing
