#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace netplumb {

struct Member;

using Bytes = std::vector<uint8_t>;

/// A message's content as a tree, in the order in which it is written: what the codec reads and writes, and all that
/// the binding has to turn into JavaScript. Numbers of up to 32 bits are int64_t; 64-bit attributes are uint64_t.
struct Value {
  using List = std::vector<Value>;
  using Object = std::vector<Member>;

  std::variant<bool, int64_t, uint64_t, std::string, Bytes, List, Object> data;

  Value();
  Value(bool flag);
  Value(int number);
  Value(unsigned number);
  Value(int64_t number);
  Value(uint64_t number);
  Value(const char* text);
  Value(std::string text);
  Value(Bytes bytes);
  Value(List list);
  Value(Object object);

  bool operator==(const Value&) const = default;

  /// The member of that name, or nullptr when this is no object or has none.
  const Value* find(std::string_view name) const;

  template <typename T>
  const T* get() const {
    return std::get_if<T>(&data);
  }
};

struct Member {
  std::string name;
  Value value;
  bool operator==(const Member&) const = default;
};

// Not before Member is complete, which every alternative of `data` has to be where one is made.
inline Value::Value() : data(Object{}) {}
inline Value::Value(bool flag) : data(flag) {}
inline Value::Value(int number) : data(static_cast<int64_t>(number)) {}
inline Value::Value(unsigned number) : data(static_cast<int64_t>(number)) {}
inline Value::Value(int64_t number) : data(number) {}
inline Value::Value(uint64_t number) : data(number) {}
inline Value::Value(const char* text) : data(std::string(text)) {}
inline Value::Value(std::string text) : data(std::move(text)) {}
inline Value::Value(Bytes bytes) : data(std::move(bytes)) {}
inline Value::Value(List list) : data(std::move(list)) {}
inline Value::Value(Object object) : data(std::move(object)) {}

inline const Value* Value::find(std::string_view name) const {
  const Object* object = get<Object>();
  if (object == nullptr) return nullptr;
  for (const Member& member : *object) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

}  // namespace netplumb
