#include "netns/excursion.h"

#include <errno.h>
#include <sched.h>

#include <cstring>

namespace netplumb {

ThreadLost::ThreadLost(int number)
    : text_(std::string("the thread cannot return to its network namespace: ") + std::strerror(number)) {}

namespace excursion {

Status enter(const Namespace& target) {
  if (setns(target.fd(), CLONE_NEWNET) != 0) return Error{errno, "setns"};
  return Done{};
}

Status enterNew() {
  if (unshare(CLONE_NEWNET) != 0) return Error{errno, "unshare"};
  return Done{};
}

void comeHome(const Namespace& home) {
  if (setns(home.fd(), CLONE_NEWNET) != 0) throw ThreadLost(errno);
}

}  // namespace excursion

}  // namespace netplumb
