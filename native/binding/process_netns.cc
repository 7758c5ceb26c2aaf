#include <errno.h>
#include <sched.h>

#include "binding/convert.h"
#include "binding/process.h"
#include "netns/namespace.h"

namespace netplumb {

void enterNetns(const Napi::CallbackInfo& info) {
  const Result<Namespace> netns = Namespace::open(netnsFrom(info[0]));
  if (!netns) throw errorFrom(info.Env(), netns.error());
  if (setns(netns->fd(), CLONE_NEWNET) != 0) throw errorFrom(info.Env(), Error{errno, "setns"});
}

}  // namespace netplumb
