#pragma once

#include <exception>
#include <string>
#include <type_traits>

#include "netlink/result.h"
#include "netns/namespace.h"

namespace netplumb {

/// The calling thread stands in a namespace that is not its own and cannot come back. Whoever catches it ends the
/// thread; nothing else is safe, since everything the thread did from here on would happen to the wrong network.
class ThreadLost : public std::exception {
 public:
  /// `number`: the errno of setns.
  explicit ThreadLost(int number);
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

namespace excursion {

// The parts of `inside` and `insideNew`, which alone are to be used.

Status enter(const Namespace& target);
Status enterNew();
void comeHome(const Namespace& home);

template <typename Work>
std::invoke_result_t<Work> workAndComeHome(Work& work, const Namespace& home) {
  auto result = [&] {
    try {
      return work();
    } catch (...) {
      comeHome(home);
      throw;
    }
  }();
  comeHome(home);
  return result;
}

}  // namespace excursion

/// Does `work`, which returns a Result, with the calling thread inside another network namespace, and brings it home
/// whatever happens. Only for threads of our own. Throws ThreadLost when there is no way back; `work` was done then.
template <typename Work>
std::invoke_result_t<Work> inside(const Namespace& target, const Namespace& home, Work work) {
  Status entered = excursion::enter(target);
  if (!entered) return entered.error();
  return excursion::workAndComeHome(work, home);
}

/// The same in a new namespace, which lives for as long as anything holds it that `work` leaves behind: a descriptor, a
/// socket, a mount.
template <typename Work>
std::invoke_result_t<Work> insideNew(const Namespace& home, Work work) {
  Status entered = excursion::enterNew();
  if (!entered) return entered.error();
  return excursion::workAndComeHome(work, home);
}

}  // namespace netplumb
