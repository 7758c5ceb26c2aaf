#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace netplumb {

/// What went wrong, as a value: nothing of what the kernel said is flattened into text. Who speaks can be told from
/// `operation`:
///
/// - `RTM_NEWLINK` and its like: the kernel refused that request; `message` and `attribute` are its own words. But
///   EBADMSG (its answer made no sense) and EINTR (a listing never held still) are ours.
/// - `socket`, `setsockopt`, `connect`, `getsockname`, `sendmsg`, `recvmsg`: the conversation broke; what became of the
///   requests under way is not known.
/// - `open`, `mkdir`, `flock`, `mount`, `umount2`, `symlink`, `unlink`: a system call on the path `object`.
/// - `read`: a file of a network namespace, `object`, as /proc shows it. `message`, if any, is ours.
/// - `sysctl`: the parameter `object`, a path below /proc/sys/net. `message`, if any, is ours.
/// - `socket`, `setsockopt`, `bind`, `listen`, `shutdown` with an `object`: that port could not be held.
/// - `setns`, `unshare`, `fcntl`, `dup3`, `eventfd`, `pthread_create`, `memfd_create`, `write`, `pipe2`, `socketpair`,
///   `fork`, `pidfd_open`, `execve`, `waitpid`: a system call.
/// - `netns`: `object` is no network namespace (EINVAL); `message` says what we found. Ours.
/// - `encode`: the message `object` cannot be written (EINVAL, EMSGSIZE); `attribute` and `message` say why. Ours.
/// - `engine`: ECANCELED, it was stopped; ENOTRECOVERABLE, its thread had to end, `message` says why; ENOMEM, the task
///   ran out of memory. Ours.
struct Error {
  /// Positive errno.
  int number = 0;
  std::string operation;
  /// The kernel's extended-acknowledgement text, or ours. May be empty.
  std::string message = {};
  /// The attribute it is about, as a path from the message's root ("info.data.peer.name"). May be empty.
  std::string attribute = {};
  /// What the operation was about: a path. Empty for requests, of which the caller knows better.
  std::string object = {};
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
