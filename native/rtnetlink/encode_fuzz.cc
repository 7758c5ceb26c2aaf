#include <fuzzer/FuzzedDataProvider.h>

#include "netlink/fuzz_codec.h"
#include "netlink/selection.h"
#include "rtnetlink/messages.h"

using netplumb::Field;
using netplumb::Kind;
using netplumb::Schema;
using netplumb::Value;
using netplumb::fuzzing::require;

namespace {

constexpr int kDeepest = netplumb::kDeepest + 1;
constexpr size_t kLongest = 300;

/// Makes the values that a caller might hand over: mostly what the table wants, now and then anything.
class Caller {
 public:
  explicit Caller(FuzzedDataProvider& data) : data_(data) {}

  Value::Object object(const Schema& schema, int depth) {
    Value::Object members;
    const size_t names = schema.header.size() + schema.fields.size();
    while (depth <= kDeepest && data_.remaining_bytes() > 0 && data_.ConsumeIntegralInRange(0, 4) != 0) {
      const size_t pick = data_.ConsumeIntegralInRange<size_t>(0, names);
      if (pick < schema.header.size()) {
        members.push_back({std::string(schema.header[pick].name), scalar(schema.header[pick].kind)});
      } else if (pick < names) {
        const Field& field = schema.fields[pick - schema.header.size()];
        members.push_back({std::string(field.name), attribute(field, members, depth)});
      } else {
        members.push_back({text(), anything()});
      }
    }
    return members;
  }

 private:
  std::string text() { return data_.ConsumeRandomLengthString(kLongest); }

  netplumb::Bytes bytes() {
    const std::string bytes = text();
    return netplumb::Bytes(bytes.begin(), bytes.end());
  }

  Value anything() {
    switch (data_.ConsumeIntegralInRange(0, 6)) {
      case 0:
        return data_.ConsumeBool();
      case 1:
        return data_.ConsumeIntegral<int64_t>();
      case 2:
        return data_.ConsumeIntegral<uint64_t>();
      case 3:
        return text();
      case 4:
        return bytes();
      case 5:
        return Value::List{text()};
      default:
        return Value::Object{{text(), text()}};
    }
  }

  Value scalar(Kind kind) {
    switch (kind) {
      case Kind::u64:
      case Kind::be64:
        return data_.ConsumeIntegral<uint64_t>();
      case Kind::flag:
        return data_.ConsumeBool();
      case Kind::bytes:
        return bytes();
      case Kind::string:
      case Kind::hardware:
      case Kind::ip:
      case Kind::via:
        return text();
      default:
        return data_.ConsumeBool() ? static_cast<int64_t>(data_.ConsumeIntegral<int8_t>())
                                   : data_.ConsumeIntegral<int64_t>();
    }
  }

  Value attribute(const Field& field, const Value::Object& siblings, int depth) {
    if (data_.ConsumeIntegralInRange(0, 15) == 0) return anything();
    const Schema* schema = field.kind == Kind::selected ? netplumb::choose(field, siblings) : field.schema;
    if (schema == nullptr) return field.kind == Kind::selected ? Value(bytes()) : scalar(field.kind);
    if (field.kind != Kind::list && field.kind != Kind::hops) return object(*schema, depth + 1);
    Value::List items;
    while (data_.remaining_bytes() > 0 && data_.ConsumeBool()) {
      items.push_back(field.kind == Kind::hops ? Value(object(*schema, depth + 1))
                                               : attribute(schema->fields.front(), {}, depth));
    }
    return items;
  }

  FuzzedDataProvider& data_;
};

}  // namespace

/// What encodes also decodes; what does not is the caller's fault, and told as such.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider provider(data, size);
  const auto messages = netplumb::allMessages();
  const auto& type = messages[provider.ConsumeIntegralInRange<size_t>(0, messages.size() - 1)];
  const auto message = encode(type, 0, Caller(provider).object(*type.body, 0));
  if (!message) {
    require(message.error().number == EINVAL || message.error().number == EMSGSIZE);
    require(message.error().operation == type.name);
    return 0;
  }
  require(message->size() % NLMSG_ALIGNTO == 0);
  require(netplumb::decode(*type.body, std::span(*message).subspan(NLMSG_HDRLEN)).ok());
  return 0;
}
