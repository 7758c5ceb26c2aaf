#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "netlink/attribute_reader.h"
#include "netlink/codec.h"
#include "netlink/selection.h"
#include "netlink/text_address.h"

namespace netplumb {

namespace {

using Payload = std::span<const uint8_t>;

Error malformed(std::string message) { return Error{EBADMSG, "decode", std::move(message), ""}; }

template <typename Integer>
Integer load(Payload bytes) {
  Integer integer;
  std::memcpy(&integer, bytes.data(), sizeof integer);
  return integer;
}

size_t widthOf(Kind kind) {
  switch (kind) {
    case Kind::u8:
      return sizeof(uint8_t);
    case Kind::u16:
    case Kind::be16:
      return sizeof(uint16_t);
    case Kind::u64:
    case Kind::be64:
      return sizeof(uint64_t);
    default:
      return sizeof(uint32_t);
  }
}

/// `bytes` is exactly as wide as the kind.
Value integer(Kind kind, Payload bytes) {
  switch (kind) {
    case Kind::u8:
      return Value(static_cast<int64_t>(load<uint8_t>(bytes)));
    case Kind::u16:
      return Value(static_cast<int64_t>(load<uint16_t>(bytes)));
    case Kind::be16:
      return Value(static_cast<int64_t>(ntohs(load<uint16_t>(bytes))));
    case Kind::be32:
      return Value(static_cast<int64_t>(ntohl(load<uint32_t>(bytes))));
    case Kind::s32:
      return Value(static_cast<int64_t>(load<int32_t>(bytes)));
    case Kind::u64:
      return Value(load<uint64_t>(bytes));
    case Kind::be64:
      return Value(static_cast<uint64_t>(be64toh(load<uint64_t>(bytes))));
    default:
      return Value(static_cast<int64_t>(load<uint32_t>(bytes)));
  }
}

/// `length` bytes of IP address, or as many as there are when `length` is 0.
Result<Value> address(Payload bytes, size_t length) {
  auto text = formatIp(bytes);
  if (!text || (length != 0 && bytes.size() != length)) {
    return malformed(std::to_string(bytes.size()) + " bytes are no such IP address");
  }
  return Value(std::move(*text));
}

Result<Value> scalar(const Field& field, Payload payload) {
  switch (field.kind) {
    case Kind::flag:
      return Value(payload.empty() || payload.front() != 0);
    case Kind::string: {
      const auto end = std::find(payload.begin(), payload.end(), 0);
      return Value(std::string(payload.begin(), end));
    }
    case Kind::bytes:
      return Value(Bytes(payload.begin(), payload.end()));
    case Kind::hardware:
      return Value(formatHardware(payload));
    case Kind::ip:
      return address(payload, field.limit);
    case Kind::via:
      // The family repeats what the length says.
      return payload.size() < sizeof(uint16_t) ? malformed("address family cut short")
                                               : address(payload.subspan(sizeof(uint16_t)), 0);
    default:
      if (payload.size() != widthOf(field.kind)) {
        return malformed(std::to_string(payload.size()) + " bytes where " + std::to_string(widthOf(field.kind)) +
                         " belong");
      }
      return integer(field.kind, payload);
  }
}

class Decoder {
 public:
  Result<Value> message(const Schema& schema, Payload payload, int depth) {
    if (depth > kDeepest) return malformed("nested too deeply");
    Value::Object object;
    if (payload.size() < schema.headerSize) return malformed("header cut short");
    for (const HeaderField& field : schema.header) {
      object.push_back(
          {std::string(field.name), integer(field.kind, payload.subspan(field.offset, widthOf(field.kind)))});
    }
    if (schema.fields.empty()) return Value(std::move(object));
    const size_t attributes = std::min<size_t>(NLMSG_ALIGN(schema.headerSize), payload.size());
    AttributeReader reader(payload.subspan(attributes));
    while (auto attribute = reader.next()) {
      const Field* field = find(schema, attribute->type);
      if (field == nullptr) continue;
      auto value = this->attribute(*field, attribute->payload, object, depth);
      if (!value) return nested(field->name, value.error());
      if (field->kind == Kind::wrapped) {
        auto* inside = std::get_if<Value::Object>(&value->data);
        if (inside->empty()) continue;
        *value = Value(std::move(inside->back().value));
      }
      object.push_back({std::string(field->name), std::move(*value)});
    }
    if (reader.malformed()) return malformed("attributes cut short");
    return Value(std::move(object));
  }

 private:
  static const Field* find(const Schema& schema, uint16_t type) {
    const auto field = std::find_if(schema.fields.begin(), schema.fields.end(),
                                    [type](const Field& candidate) { return candidate.type == type; });
    return field == schema.fields.end() ? nullptr : &*field;
  }

  Result<Value> attribute(const Field& field, Payload payload, const Value::Object& siblings, int depth) {
    switch (field.kind) {
      case Kind::record:
      case Kind::message:
      case Kind::nest:
      case Kind::wrapped:
        return message(*field.schema, payload, depth + 1);
      case Kind::selected: {
        const Schema* schema = choose(field, siblings);
        if (schema == nullptr) return Value(Bytes(payload.begin(), payload.end()));
        return message(*schema, payload, depth + 1);
      }
      case Kind::indexed:
        return indexed(*field.schema, payload);
      case Kind::list:
        return list(field, payload, depth);
      case Kind::hops:
        return hops(field, payload, depth);
      default:
        return scalar(field, payload);
    }
  }

  /// Options are counted from 1; an older kernel knows fewer.
  static Value indexed(const Schema& schema, Payload payload) {
    Value::Object object;
    for (const Field& field : schema.fields) {
      const size_t offset = (field.type - 1) * widthOf(field.kind);
      if (offset + widthOf(field.kind) > payload.size()) continue;
      object.push_back({std::string(field.name), integer(field.kind, payload.subspan(offset, widthOf(field.kind)))});
    }
    return object;
  }

  Result<Value> list(const Field& field, Payload payload, int depth) {
    const Field& only = field.schema->fields.front();
    Value::List items;
    AttributeReader reader(payload);
    while (auto attribute = reader.next()) {
      if (attribute->type != only.type) continue;
      auto item = this->attribute(only, attribute->payload, {}, depth + 1);
      if (!item) return item;
      items.push_back(std::move(*item));
    }
    if (reader.malformed()) return malformed("list cut short");
    return Value(std::move(items));
  }

  Result<Value> hops(const Field& field, Payload payload, int depth) {
    Value::List items;
    while (!payload.empty()) {
      if (payload.size() < sizeof(uint16_t)) return malformed("hop cut short");
      const auto length = load<uint16_t>(payload);
      if (length < field.schema->headerSize || length > payload.size()) return malformed("hop cut short");
      auto item = message(*field.schema, payload.first(length), depth + 1);
      if (!item) return item;
      items.push_back(std::move(*item));
      payload = payload.subspan(std::min<size_t>(NLMSG_ALIGN(length), payload.size()));
    }
    return Value(std::move(items));
  }
};

}  // namespace

Result<Value> decode(const Schema& schema, std::span<const uint8_t> payload) {
  return Decoder().message(schema, payload, 0);
}

}  // namespace netplumb
