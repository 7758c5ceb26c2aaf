#include "netns/excursion.h"

#include <errno.h>
#include <sched.h>

#include <utility>

namespace netplumb {

Result<Excursion> Excursion::enter(const Namespace& target, const Namespace& home) {
  if (setns(target.fd(), CLONE_NEWNET) != 0) return Error{errno, "setns", "", ""};
  return Excursion(home);
}

Result<Excursion> Excursion::create(const Namespace& home) {
  if (unshare(CLONE_NEWNET) != 0) return Error{errno, "unshare", "", ""};
  return Excursion(home);
}

Excursion::~Excursion() {
  if (home_ != nullptr) leave();
}

void Excursion::leave() {
  const Namespace* home = std::exchange(home_, nullptr);
  if (setns(home->fd(), CLONE_NEWNET) != 0) throw ThreadLost(errno);
}

}  // namespace netplumb
