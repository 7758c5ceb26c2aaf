#pragma once

#include <exception>

#include "netlink/result.h"
#include "netns/namespace.h"

namespace netplumb {

/// The calling thread stands in a namespace that is not its own and cannot come back. Whoever catches it ends the
/// thread; nothing else is safe, since everything the thread did from here on would happen to the wrong network.
class ThreadLost : public std::exception {
 public:
  explicit ThreadLost(int number) : number_(number) {}
  const char* what() const noexcept override { return "the thread cannot return to its network namespace"; }
  int number() const { return number_; }

 private:
  int number_;
};

/// A thread's stay in another network namespace: begins with `enter` or `create`, ends with `leave`. Only for threads
/// of our own.
class Excursion {
 public:
  /// Moves the calling thread into `target`.
  static Result<Excursion> enter(const Namespace& target, const Namespace& home);
  /// Makes a new namespace and moves the calling thread into it.
  static Result<Excursion> create(const Namespace& home);

  Excursion(Excursion&& other) noexcept : home_(std::exchange(other.home_, nullptr)) {}
  Excursion& operator=(Excursion&&) = delete;
  /// For paths that return early. An excursion that the destructor cannot end ends the process: it must not throw.
  ~Excursion();

  /// Brings the thread home. Throws ThreadLost when it cannot.
  void leave();

 private:
  explicit Excursion(const Namespace& home) : home_(&home) {}
  const Namespace* home_;
};

}  // namespace netplumb
