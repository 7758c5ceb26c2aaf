#include "netlink/value_json.h"

#include <charconv>

#include "netlink/json_cursor.h"

namespace netplumb {

namespace {

constexpr int kDeepestNesting = 32;
constexpr size_t kUsualMembers = 8;
constexpr int64_t kLargestInteger = 9007199254740991;  // Number.MAX_SAFE_INTEGER

class ValueReader {
 public:
  explicit ValueReader(std::string_view json) : json_(json) {}

  std::optional<Value> read() {
    Value all;
    if (!value(all, 0) || !json_.isAtEnd()) return std::nullopt;
    return all;
  }

 private:
  bool value(Value& target, int depth) {
    switch (json_.next()) {
      case '"':
        return string(target.data.emplace<std::string>());
      case '{':
        return depth < kDeepestNesting && object(target.data.emplace<Value::Object>(), depth);
      case '[':
        return depth < kDeepestNesting && list(target.data.emplace<Value::List>(), depth);
      case 't':
        target.data = true;
        return json_.takeLiteral("true");
      case 'f':
        target.data = false;
        return json_.takeLiteral("false");
      default:
        return number(target.data.emplace<int64_t>());
    }
  }

  bool object(Value::Object& members, int depth) {
    json_.take('{');
    members.reserve(kUsualMembers);
    return json_.takeItems('}', [&] {
      Member& member = members.emplace_back();
      return string(member.name) && json_.take(':') && value(member.value, depth + 1);
    });
  }

  bool list(Value::List& items, int depth) {
    json_.take('[');
    return json_.takeItems(']', [&] { return value(items.emplace_back(), depth + 1); });
  }

  bool string(std::string& target) {
    const auto text = json_.takeString();
    if (text) target.assign(text->units);
    return text.has_value();
  }

  bool number(int64_t& target) {
    const std::string_view digits = json_.takeNumber();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), target);
    return error == std::errc() && end == digits.data() + digits.size() && target >= -kLargestInteger &&
           target <= kLargestInteger;
  }

  JsonCursor<char> json_;
};

}  // namespace

std::optional<Value> valueFromJson(std::string_view json) { return ValueReader(json).read(); }

}  // namespace netplumb
