#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace netplumb {

/// What went wrong, as a value: nothing of what the kernel said is flattened into text.
struct Error {
  /// Positive errno. EBADMSG: the kernel's bytes made no sense; EINVAL: ours would not have.
  int number = 0;
  /// The request ("RTM_NEWLINK") or system call ("setns") that failed.
  std::string operation;
  /// The kernel's own extended-acknowledgement text, or what was malformed. May be empty.
  std::string message;
  /// The attribute it is about, as a path from the message's root ("info.data.peer.name"). May be empty.
  std::string attribute;
};

/// An error of something inside `name`, seen from outside it: its path grows by a name.
inline Error nested(std::string_view name, Error error) {
  error.attribute = error.attribute.empty() ? std::string(name) : std::string(name) + "." + error.attribute;
  return error;
}

/// A value or the error that took its place.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() { return std::get<1>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

struct Done {};

/// Success without a value: `return Done{};`.
using Status = Result<Done>;

}  // namespace netplumb
