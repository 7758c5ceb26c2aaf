#include "netns/excursion.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <unistd.h>

#include <new>
#include <stdexcept>
#include <thread>

#include "netlink/socket.h"
#include "netlink/test_namespace.h"
#include "netns/test_support.h"

namespace netplumb::testing {

namespace {

/// A namespace apart from ours.
Namespace elsewhere() {
  const FreshNamespace fresh;
  return must(Namespace::current());
}

/// Makes the way home impossible: the descriptor stands for something else.
void breakHome(const Namespace& home) {
  UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  REQUIRE(dup2(null.get(), home.fd()) == home.fd());
}

}  // namespace

TEST_CASE("work is done inside, and the thread comes home") {
  const Namespace home = must(Namespace::current());
  const Namespace target = elsewhere();
  const std::string here = whereAmI();
  const bool same = must(inside(target, home, [&]() -> Result<bool> { return must(Namespace::current()) == target; }));
  CHECK(same);
  CHECK(whereAmI() == here);
}

TEST_CASE("a socket that was opened inside stays there") {
  const Namespace home = must(Namespace::current());
  const Socket there = must(inside(elsewhere(), home, [] { return Socket::open(NETLINK_ROUTE); }));
  const Socket here = must(Socket::open(NETLINK_ROUTE));
  CHECK(namespaceCookie(there.fd()) != namespaceCookie(here.fd()));
}

TEST_CASE("a new namespace is new each time, and empty") {
  const Namespace home = must(Namespace::current());
  const std::string here = whereAmI();
  const std::string first = must(insideNew(home, []() -> Result<std::string> { return whereAmI(); }));
  const Namespace held = must(insideNew(home, [] { return Namespace::current(); }));
  CHECK(first != here);
  CHECK_FALSE(held == home);
  CHECK(whereAmI() == here);
}

TEST_CASE("the thread comes home from work that fails or throws") {
  const Namespace home = must(Namespace::current());
  const Namespace target = elsewhere();
  const std::string here = whereAmI();
  const auto failing = []() -> Status { return Error{EIO, "work"}; };
  const auto throwing = []() -> Status { throw std::bad_alloc(); };
  CHECK(mustFail(inside(target, home, failing)).operation == "work");
  CHECK(whereAmI() == here);
  CHECK(mustFail(insideNew(home, failing)).operation == "work");
  CHECK(whereAmI() == here);
  CHECK_THROWS_AS((void)inside(target, home, throwing), std::bad_alloc);
  CHECK(whereAmI() == here);
  CHECK_THROWS_AS((void)insideNew(home, throwing), std::bad_alloc);
  CHECK(whereAmI() == here);
}

TEST_CASE("what cannot be entered is not worked in") {
  const Namespace home = must(Namespace::current());
  const Namespace broken = elsewhere();
  breakHome(broken);
  bool worked = false;
  const Error error = mustFail(inside(broken, home, [&]() -> Status {
    worked = true;
    return Done{};
  }));
  CHECK(error.number == EINVAL);
  CHECK(error.operation == "setns");
  CHECK_FALSE(worked);
}

TEST_CASE("a thread with no way home is lost, whatever the work did") {
  // On threads of their own, since they are lost.
  int lost = 0;
  std::string said;
  const auto lose = [&](auto work) {
    std::thread([&] {
      const Namespace home = std::move(*Namespace::current());
      try {
        (void)insideNew(home, [&]() -> Status {
          breakHome(home);
          return work();
        });
      } catch (const ThreadLost& error) {
        ++lost;
        said = error.what();
      } catch (...) {
      }
    }).join();
  };
  lose([]() -> Status { return Done{}; });
  CHECK(lost == 1);
  CHECK(said == "the thread cannot return to its network namespace: Invalid argument");
  lose([]() -> Status { return Error{EIO, "work"}; });
  CHECK(lost == 2);
  lose([]() -> Status { throw std::runtime_error("work"); });
  CHECK(lost == 3);
}

}  // namespace netplumb::testing
