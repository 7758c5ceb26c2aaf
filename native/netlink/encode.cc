#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>

#include "netlink/codec.h"
#include "netlink/message_builder.h"
#include "netlink/selection.h"
#include "netlink/text_address.h"

namespace netplumb {

namespace {

Error invalid(std::string_view name, std::string message) {
  return Error{EINVAL, "encode", std::move(message), std::string(name)};
}

struct Range {
  int64_t least;
  int64_t most;
};

Range rangeOf(Kind kind) {
  switch (kind) {
    case Kind::u8:
      return {0, std::numeric_limits<uint8_t>::max()};
    case Kind::u16:
    case Kind::be16:
      return {0, std::numeric_limits<uint16_t>::max()};
    case Kind::s32:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
    default:
      return {0, std::numeric_limits<uint32_t>::max()};
  }
}

template <typename Integer>
std::vector<uint8_t> bytesOf(Integer integer) {
  std::vector<uint8_t> bytes(sizeof integer);
  std::memcpy(bytes.data(), &integer, sizeof integer);
  return bytes;
}

/// The bytes of any integer kind, or what is wrong with the value.
Result<std::vector<uint8_t>> integerBytes(std::string_view name, Kind kind, uint32_t limit, const Value& value) {
  if (kind == Kind::u64 || kind == Kind::be64) {
    const uint64_t* wide = value.get<uint64_t>();
    if (wide == nullptr) return invalid(name, "not a 64-bit integer");
    return bytesOf(kind == Kind::be64 ? htobe64(*wide) : *wide);
  }
  const int64_t* number = value.get<int64_t>();
  if (number == nullptr) return invalid(name, "not an integer");
  Range range = rangeOf(kind);
  if (limit != 0) range.most = limit;
  if (*number < range.least || *number > range.most) {
    return invalid(name, std::to_string(*number) + " is not within " + std::to_string(range.least) + "…" +
                             std::to_string(range.most));
  }
  switch (kind) {
    case Kind::u8:
      return bytesOf(static_cast<uint8_t>(*number));
    case Kind::u16:
      return bytesOf(static_cast<uint16_t>(*number));
    case Kind::be16:
      return bytesOf(htons(static_cast<uint16_t>(*number)));
    case Kind::be32:
      return bytesOf(htonl(static_cast<uint32_t>(*number)));
    default:
      return bytesOf(static_cast<uint32_t>(*number));
  }
}

/// The bytes of an IP address, of `length` bytes unless that is 0; nothing when it is none.
std::optional<std::vector<uint8_t>> ipBytes(const std::string* text, size_t length) {
  auto bytes = text == nullptr ? std::nullopt : parseIp(*text);
  if (bytes && length != 0 && bytes->size() != length) return std::nullopt;
  return bytes;
}

Result<std::vector<uint8_t>> scalarBytes(const Field& field, const Value& value) {
  const std::string* text = value.get<std::string>();
  switch (field.kind) {
    case Kind::string: {
      if (text == nullptr) return invalid(field.name, "not a string");
      if (text->find('\0') != std::string::npos) return invalid(field.name, "contains a NUL");
      if (field.limit != 0 && text->size() > field.limit) {
        return invalid(field.name, "longer than " + std::to_string(field.limit) + " bytes");
      }
      std::vector<uint8_t> bytes(text->begin(), text->end());
      bytes.push_back(0);
      return bytes;
    }
    case Kind::bytes: {
      const Bytes* bytes = value.get<Bytes>();
      if (bytes == nullptr) return invalid(field.name, "not bytes");
      return *bytes;
    }
    case Kind::hardware: {
      auto bytes = text == nullptr ? std::nullopt : parseHardware(*text);
      if (!bytes) return invalid(field.name, "not a link-layer address");
      return std::move(*bytes);
    }
    case Kind::ip: {
      auto bytes = ipBytes(text, field.limit);
      if (!bytes) return invalid(field.name, "not an IP address, or of the wrong family");
      return std::move(*bytes);
    }
    case Kind::via: {
      const auto address = ipBytes(text, 0);
      if (!address) return invalid(field.name, "not an IP address");
      std::vector<uint8_t> bytes =
          bytesOf(static_cast<uint16_t>(address->size() == sizeof(in_addr) ? AF_INET : AF_INET6));
      bytes.insert(bytes.end(), address->begin(), address->end());
      return bytes;
    }
    default:
      return integerBytes(field.name, field.kind, field.limit, value);
  }
}

class Encoder {
 public:
  explicit Encoder(MessageBuilder& builder) : builder_(builder) {}

  /// The schema's header at `header`, and the attributes behind whatever stands in the builder.
  Status members(const Schema& schema, size_t header, const Value& body) {
    const Value::Object* object = body.get<Value::Object>();
    if (object == nullptr) return invalid("", "not an object");
    if (depth_ > kDeepest) return invalid("", "nested too deeply");
    ++depth_;
    for (const Member& member : *object) {
      Status done = this->member(schema, header, member, *object);
      if (!done) return done;
    }
    --depth_;
    return Done{};
  }

 private:
  Status member(const Schema& schema, size_t header, const Member& member, const Value::Object& siblings) {
    for (const HeaderField& field : schema.header) {
      if (field.name != member.name) continue;
      // The last would count, and whatever is chosen by it had been chosen by the first.
      if (isRepeated(member, siblings)) return invalid(field.name, "given twice");
      auto bytes = integerBytes(field.name, field.kind, 0, member.value);
      if (!bytes) return bytes.error();
      builder_.patch(header + field.offset, *bytes);
      return Done{};
    }
    for (const Field& field : schema.fields) {
      if (field.name == member.name) return attribute(field, member.value, siblings);
    }
    return invalid(member.name, "no such attribute in " + std::string(schema.name));
  }

  static bool isRepeated(const Member& member, const Value::Object& siblings) {
    const auto first = std::ranges::find(siblings, member.name, &Member::name);
    return &*first != &member;
  }

  Status attribute(const Field& field, const Value& value, const Value::Object& siblings) {
    switch (field.kind) {
      case Kind::flag: {
        const bool* present = value.get<bool>();
        if (present == nullptr) return invalid(field.name, "not a boolean");
        if (*present) builder_.attribute(field.type, {});
        return Done{};
      }
      case Kind::record:
      case Kind::message:
        return inside(field, *field.schema, value, field.type);
      case Kind::nest:
      case Kind::indexed:
        return inside(field, *field.schema, value, field.type | NLA_F_NESTED);
      case Kind::selected:
        return selected(field, value, siblings);
      case Kind::wrapped:
        return wrapped(field, value);
      case Kind::list:
        return list(field, value);
      case Kind::hops:
        return hops(field, value);
      default: {
        auto bytes = scalarBytes(field, value);
        if (!bytes) return bytes.error();
        builder_.attribute(field.type, *bytes);
        return Done{};
      }
    }
  }

  Status selected(const Field& field, const Value& value, const Value::Object& siblings) {
    const uint16_t type = field.type | NLA_F_NESTED;
    if (const Schema* schema = choose(field, siblings)) return inside(field, *schema, value, type);
    const Bytes* bytes = value.get<Bytes>();
    if (bytes == nullptr) return invalid(field.name, "nothing but bytes fits this " + std::string(field.selector));
    builder_.attribute(type, *bytes);
    return Done{};
  }

  Status inside(const Field& field, const Schema& schema, const Value& value, uint16_t type) {
    MessageBuilder::Nest nest(builder_, type);
    Status done = members(schema, builder_.header(schema.headerSize), value);
    return done ? done : nested(field.name, done.error());
  }

  Status wrapped(const Field& field, const Value& value) {
    MessageBuilder::Nest nest(builder_, field.type | NLA_F_NESTED);
    Status done = attribute(field.schema->fields.front(), value, {});
    return done ? done : nested(field.name, done.error());
  }

  Status list(const Field& field, const Value& value) {
    const Value::List* items = value.get<Value::List>();
    if (items == nullptr) return invalid(field.name, "not a list");
    MessageBuilder::Nest nest(builder_, field.type | NLA_F_NESTED);
    for (const Value& item : *items) {
      Status done = attribute(field.schema->fields.front(), item, {});
      if (!done) return nested(field.name, done.error());
    }
    return Done{};
  }

  /// Each hop begins with its own length in 16 bits (struct rtnexthop, rtnh_len).
  Status hops(const Field& field, const Value& value) {
    const Value::List* items = value.get<Value::List>();
    if (items == nullptr) return invalid(field.name, "not a list");
    MessageBuilder::Nest nest(builder_, field.type);
    for (const Value& item : *items) {
      const size_t start = builder_.header(field.schema->headerSize);
      Status done = members(*field.schema, start, item);
      if (!done) return nested(field.name, done.error());
      const auto length = static_cast<uint16_t>(builder_.size() - start);
      std::array<uint8_t, sizeof length> bytes;
      std::memcpy(bytes.data(), &length, sizeof length);
      builder_.patch(start, bytes);
    }
    return Done{};
  }

  MessageBuilder& builder_;
  int depth_ = 0;
};

}  // namespace

Result<std::vector<uint8_t>> encode(const MessageType& type, uint16_t flags, const Value& body) {
  MessageBuilder builder(type.number, flags);
  const size_t header = builder.header(type.body->headerSize);
  Status done = Encoder(builder).members(*type.body, header, body);
  if (!done) {
    done.error().operation = type.name;
    return done.error();
  }
  std::vector<uint8_t> message;
  if (!builder.finish(message)) return Error{EMSGSIZE, std::string(type.name), "an attribute exceeds 65,535 bytes", ""};
  return message;
}

}  // namespace netplumb
