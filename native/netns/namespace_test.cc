#include "netns/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "netlink/socket.h"
#include "netlink/test_namespace.h"
#include "netns/test_support.h"

namespace netplumb::testing {

namespace {

bool unshareNetwork() { return unshare(CLONE_NEWNET) == 0; }

struct TemporaryFile {
  explicit TemporaryFile(std::string name) : path("/run/" + std::move(name)) {}
  ~TemporaryFile() { unlink(path.c_str()); }
  const std::string path;
};

std::string procPath(pid_t pid) { return "/proc/" + std::to_string(pid) + "/ns/net"; }

}  // namespace

TEST_CASE("one namespace by process, path and descriptor") {
  const Child child(unshareNetwork);
  REQUIRE(child.started());
  const Namespace byPid = must(Namespace::open(NetnsPid{child.pid()}));
  const Namespace byPath = must(Namespace::open(NetnsPath{procPath(child.pid())}));
  const Namespace byFd = must(Namespace::open(NetnsFd{byPid.fd()}));
  CHECK(byPid == byPath);
  CHECK(byPid == byFd);
  CHECK(byPid.fd() != byFd.fd());
  CHECK_FALSE(byPid == must(Namespace::current()));
  CHECK(must(Namespace::current()) == must(Namespace::ofPid(getpid())));
}

TEST_CASE("descriptors are closed with the namespace and never inherited") {
  const auto before = openDescriptors();
  {
    const Namespace current = must(Namespace::current());
    CHECK(openDescriptors().size() == before.size() + 1);
    CHECK((fcntl(current.fd(), F_GETFD) & FD_CLOEXEC) != 0);
    const Namespace copy = must(Namespace::ofFd(current.fd()));
    CHECK((fcntl(copy.fd(), F_GETFD) & FD_CLOEXEC) != 0);
  }
  for (const char* path : {"/proc/self/ns/mnt", "/dev/null", "/no/such/file"}) {
    CHECK_FALSE(Namespace::atPath(path).ok());
  }
  CHECK(openDescriptors() == before);
}

TEST_CASE("a process that does not exist, has ended, or cannot exist") {
  Child child([] { return true; });
  child.becomeZombie();
  for (const bool zombie : {true, false}) {
    CAPTURE(zombie);
    const Error error = mustFail(Namespace::ofPid(child.pid()));
    CHECK(error.number == ESRCH);
    CHECK(error.operation == "open");
    CHECK(error.object == procPath(child.pid()));
    child.reap();
  }
  for (const pid_t pid : {0, -1, 4'194'305}) CHECK(mustFail(Namespace::ofPid(pid)).number == ESRCH);
}

TEST_CASE("a process that goes at that very moment does not exist either") {
  for (int i = 0; i < 300; ++i) {
    Child child([] { return true; });
    child.becomeZombie();
    std::atomic<bool> isGone = false;
    const std::jthread reaper([&] {
      child.reap();
      isGone = true;
    });
    while (!isGone) REQUIRE(mustFail(Namespace::ofPid(child.pid())).number == ESRCH);
  }
}

TEST_CASE("a held namespace outlives its process") {
  std::optional<Namespace> held;
  {
    const Child child(unshareNetwork);
    REQUIRE(child.started());
    held = must(Namespace::ofPid(child.pid()));
  }
  CHECK(must(Namespace::ofFd(held->fd())) == *held);
}

TEST_CASE("what is no network namespace") {
  struct Case {
    std::string path;
    int number;
    const char* operation;
    const char* message;
  };
  const Case cases[] = {
      {"/no/such/file", ENOENT, "open", ""},
      {"/dev/null/below", ENOTDIR, "open", ""},
      {"", ENOENT, "open", ""},
      {std::string("/proc/self/ns/net\0/x", 20), EINVAL, "netns", "a path with a NUL in it"},
      {"/dev/null", EINVAL, "netns", "not a namespace"},
      {"/run", EINVAL, "netns", "not a namespace"},
      {"/proc/self/status", EINVAL, "netns", "not a namespace"},
      {"/proc/self/ns/mnt", EINVAL, "netns", "a namespace of another kind"},
      {"/proc/self/ns/user", EINVAL, "netns", "a namespace of another kind"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.path);
    const Error error = mustFail(Namespace::atPath(test.path));
    CHECK(error.number == test.number);
    CHECK(error.operation == test.operation);
    CHECK(error.message == test.message);
    CHECK(error.object == test.path);
  }
}

TEST_CASE("a FIFO is neither waited for nor opened") {
  const TemporaryFile fifo("fifo");
  REQUIRE(mkfifo(fifo.path.c_str(), 0600) == 0);
  CHECK(mustFail(Namespace::atPath(fifo.path)).number == EINVAL);

  // A writer that waits for a reader goes on waiting.
  std::atomic<bool> goesOn = false;
  std::thread writer([&] {
    const UniqueFd end(open(fifo.path.c_str(), O_WRONLY | O_CLOEXEC));
    goesOn = true;
  });
  for (int i = 0; i < 20; ++i) {
    CHECK(mustFail(Namespace::atPath(fifo.path)).number == EINVAL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK_FALSE(goesOn);
  const UniqueFd reader(open(fifo.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  writer.join();
  CHECK(goesOn);
}

TEST_CASE("descriptors that are no namespace") {
  UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Error other = mustFail(Namespace::ofFd(null.get()));
  CHECK(other.number == EINVAL);
  CHECK(other.operation == "netns");
  CHECK(other.object == "descriptor " + std::to_string(null.get()));
  const int closed = null.get();
  null.reset();
  CHECK(mustFail(Namespace::ofFd(closed)).number == EBADF);
  CHECK(mustFail(Namespace::ofFd(-1)).number == EBADF);
}

TEST_CASE("a new namespace cannot be opened") { CHECK(mustFail(Namespace::open(NetnsNew{})).number == EINVAL); }

TEST_CASE("the cookie names the namespace in which a socket was opened") {
  const Socket here = must(Socket::open(NETLINK_ROUTE));
  const Socket again = must(Socket::open(NETLINK_ROUTE));
  CHECK(namespaceCookie(here.fd()) != 0);
  CHECK(namespaceCookie(here.fd()) == namespaceCookie(again.fd()));
  const FreshNamespace elsewhere;
  const Socket there = must(Socket::open(NETLINK_ROUTE));
  CHECK(namespaceCookie(there.fd()) != namespaceCookie(here.fd()));
  CHECK(namespaceCookie(-1) == 0);
}

}  // namespace netplumb::testing
