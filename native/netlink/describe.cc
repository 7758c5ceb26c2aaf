#include "netlink/describe.h"

#include <algorithm>
#include <string>
#include <utility>

namespace netplumb {

namespace {

std::string_view nameOf(Kind kind) {
  switch (kind) {
    case Kind::u8:
      return "u8";
    case Kind::u16:
      return "u16";
    case Kind::u32:
      return "u32";
    case Kind::s32:
      return "s32";
    case Kind::u64:
      return "u64";
    case Kind::be16:
      return "be16";
    case Kind::be32:
      return "be32";
    case Kind::be64:
      return "be64";
    case Kind::flag:
      return "flag";
    case Kind::string:
      return "string";
    case Kind::bytes:
      return "bytes";
    case Kind::hardware:
      return "hardware";
    case Kind::ip:
      return "ip";
    case Kind::via:
      return "via";
    case Kind::record:
      return "record";
    case Kind::nest:
      return "nest";
    case Kind::wrapped:
      return "wrapped";
    case Kind::message:
      return "message";
    case Kind::list:
      return "list";
    case Kind::selected:
      return "selected";
    case Kind::indexed:
      return "indexed";
    case Kind::hops:
      return "hops";
  }
  return "";
}

Value text(std::string_view text) { return Value(std::string(text)); }

class Description {
 public:
  /// The schema's name; its members are described at the first mention, those that nest in it behind it.
  Value reference(const Schema& schema) {
    const bool known = std::any_of(schemas_.begin(), schemas_.end(),
                                   [&](const Member& described) { return described.name == schema.name; });
    if (!known) {
      const size_t place = schemas_.size();
      schemas_.push_back({std::string(schema.name), Value()});
      schemas_[place].value = members(schema);
    }
    return text(schema.name);
  }

  Value::Object take() { return std::move(schemas_); }

 private:
  Value members(const Schema& schema) {
    Value::List list;
    for (const HeaderField& field : schema.header) list.push_back(member(field.name, field.kind));
    for (const Field& field : schema.fields) list.push_back(attribute(field));
    return list;
  }

  Value attribute(const Field& field) {
    Value::Object object = member(field.name, field.kind);
    if (field.schema != nullptr) object.push_back({"schema", reference(*field.schema)});
    if (field.choices.empty()) return object;
    object.push_back({"selector", text(field.selector)});
    Value::List choices;
    for (const Choice& choice : field.choices) {
      choices.push_back(Value::Object{{"key", text(choice.key)}, {"schema", reference(*choice.schema)}});
    }
    object.push_back({"choices", std::move(choices)});
    return object;
  }

  static Value::Object member(std::string_view name, Kind kind) {
    return {{"name", text(name)}, {"kind", text(nameOf(kind))}};
  }

  Value::Object schemas_;
};

}  // namespace

Value describe(std::span<const MessageType> messages) {
  Description description;
  Value::List list;
  for (const MessageType& type : messages) {
    list.push_back(Value::Object{
        {"number", Value(int{type.number})}, {"name", text(type.name)}, {"schema", description.reference(*type.body)}});
  }
  return Value::Object{{"messages", std::move(list)}, {"schemas", description.take()}};
}

}  // namespace netplumb
