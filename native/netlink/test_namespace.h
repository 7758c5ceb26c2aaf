#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>

#include <cstdlib>

#include "netlink/unique_fd.h"

// For tests only.

namespace netplumb::testing {

/// An empty network namespace in which the calling thread stands until this ends, and with it all that was made there.
class FreshNamespace {
 public:
  FreshNamespace() : home_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    REQUIRE(home_);
    REQUIRE(unshare(CLONE_NEWNET) == 0);
  }
  ~FreshNamespace() {
    // A thread that stays here would let the next test meet this one's leftovers.
    if (setns(home_.get(), CLONE_NEWNET) != 0) std::abort();
  }
  FreshNamespace(const FreshNamespace&) = delete;
  FreshNamespace& operator=(const FreshNamespace&) = delete;

 private:
  UniqueFd home_;
};

}  // namespace netplumb::testing
