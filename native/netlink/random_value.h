#pragma once

#include <random>
#include <string>

#include "netlink/schema.h"
#include "netlink/selection.h"
#include "netlink/text_address.h"
#include "netlink/value.h"

// For tests only.

namespace netplumb::testing {

/// Makes values that a schema allows, members in the table's order, in which they decode again. Options that are read
/// otherwise than they are written (Kind::indexed) are left out.
class RandomValue {
 public:
  explicit RandomValue(uint64_t seed) : random_(seed) {}

  Value::Object object(const Schema& schema, int depth = 0) {
    Value::Object object;
    for (const HeaderField& field : schema.header) {
      object.push_back({std::string(field.name), headerMember(field)});
    }
    for (const Field& field : schema.fields) {
      if (field.kind == Kind::indexed || below(3) != 0) continue;
      if (field.schema != nullptr && depth > kDeepest) continue;
      object.push_back({std::string(field.name), attribute(schema, field, object, depth)});
    }
    return object;
  }

 private:
  static constexpr int kDeepest = 6;
  static constexpr uint64_t kMostItems = 4;

  uint64_t below(uint64_t bound) { return std::uniform_int_distribution<uint64_t>(0, bound - 1)(random_); }

  Bytes bytes(size_t length) {
    Bytes bytes(length);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(below(256));
    return bytes;
  }

  Value headerMember(const HeaderField& field) {
    // Families by which other attributes are selected would seldom come up by chance.
    if (field.name == "family" && below(2) == 0) return below(2) == 0 ? 7 : 10;
    return integer(field.kind, 0);
  }

  Value integer(Kind kind, uint32_t limit) {
    const uint64_t bits = std::uniform_int_distribution<uint64_t>()(random_);
    if (limit != 0) return static_cast<int64_t>(bits % (uint64_t{limit} + 1));
    switch (kind) {
      case Kind::u8:
        return static_cast<int64_t>(static_cast<uint8_t>(bits));
      case Kind::u16:
      case Kind::be16:
        return static_cast<int64_t>(static_cast<uint16_t>(bits));
      case Kind::s32:
        return static_cast<int64_t>(static_cast<int32_t>(bits));
      case Kind::u64:
      case Kind::be64:
        return bits;
      default:
        return static_cast<int64_t>(static_cast<uint32_t>(bits));
    }
  }

  Value text(size_t longest) {
    std::string text(below(longest + 1), ' ');
    for (char& c : text) c = static_cast<char>(1 + below(255));
    return text;
  }

  Value ip(uint32_t length) {
    if (length == 0) length = below(2) == 0 ? 4 : 16;
    return *formatIp(bytes(length));
  }

  /// A key by which something else in the schema is selected, or any text.
  Value string(const Schema& schema, const Field& field) {
    for (const Field& other : schema.fields) {
      if (other.selector == field.name && below(4) != 0) {
        return std::string(other.choices[below(other.choices.size())].key);
      }
    }
    return text(field.limit == 0 ? 40 : field.limit);
  }

  Value attribute(const Schema& schema, const Field& field, const Value::Object& siblings, int depth) {
    switch (field.kind) {
      case Kind::flag:
        return true;
      case Kind::string:
        return string(schema, field);
      case Kind::bytes:
        return bytes(below(64));
      case Kind::hardware:
        return formatHardware(bytes(1 + below(20)));
      case Kind::ip:
        return ip(field.limit);
      case Kind::via:
        return ip(0);
      case Kind::record:
      case Kind::nest:
      case Kind::message:
        return object(*field.schema, depth + 1);
      case Kind::selected: {
        const Schema* chosen = choose(field, siblings);
        return chosen == nullptr ? Value(bytes(below(64))) : Value(object(*chosen, depth + 1));
      }
      case Kind::wrapped:
        return attribute(*field.schema, field.schema->fields.front(), {}, depth + 1);
      case Kind::list:
      case Kind::hops: {
        Value::List items;
        for (uint64_t left = below(kMostItems); left > 0; --left) {
          items.push_back(field.kind == Kind::hops ? Value(object(*field.schema, depth + 1))
                                                   : attribute(*field.schema, field.schema->fields.front(), {}, depth));
        }
        return items;
      }
      default:
        return integer(field.kind, field.limit);
    }
  }

  std::mt19937_64 random_;
};

}  // namespace netplumb::testing
