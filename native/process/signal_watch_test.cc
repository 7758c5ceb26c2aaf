#include "process/signal_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "netlink/test_result.h"

namespace netplumb::testing {

namespace {

/// A watch and what it told.
class Watched {
 public:
  explicit Watched(const std::vector<int>& numbers)
      : watch_(must(SignalWatch::start(numbers, [this](SignalNews news) { hear(news); }))) {}

  /// The next news.
  SignalNews next() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !all_.empty(); });
    const SignalNews news = all_.front();
    all_.erase(all_.begin());
    return news;
  }

  /// Ends the watch and returns how many were still to be heard of.
  size_t end() {
    watch_.reset();
    return all_.size();
  }

 private:
  void hear(SignalNews news) {
    std::lock_guard lock(mutex_);
    all_.push_back(news);
    arrived_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<SignalNews> all_;
  std::unique_ptr<SignalWatch> watch_;
};

std::atomic<int> counted = 0;

void count(int) { ++counted; }

}  // namespace

TEST_CASE("signals that someone sends are told, in order, instead of what else would happen") {
  Watched watched({SIGTERM, SIGUSR1});
  kill(getpid(), SIGTERM);
  CHECK(watched.next().number == SIGTERM);
  kill(getpid(), SIGUSR1);
  const SignalNews news = watched.next();
  CHECK(news.number == SIGUSR1);
  CHECK_FALSE(news.fromKernel);
}

TEST_CASE("signals go back to whoever handled them before") {
  struct sigaction counting = {}, before = {};
  counting.sa_handler = count;
  REQUIRE(sigaction(SIGUSR2, &counting, &before) == 0);
  counted = 0;
  {
    Watched watched({SIGUSR2});
    raise(SIGUSR2);
    CHECK(watched.next().number == SIGUSR2);
    CHECK(counted == 0);
  }
  raise(SIGUSR2);
  CHECK(counted == 1);
  sigaction(SIGUSR2, &before, nullptr);
}

TEST_CASE("no signal is forgotten when a watch ends") {
  Watched watched({SIGUSR1});
  for (int i = 0; i < 100; ++i) raise(SIGUSR1);
  CHECK(watched.end() == 100);
}

TEST_CASE("there is one watch at a time") {
  {
    Watched watched({SIGUSR1});
    CHECK(mustFail(SignalWatch::start({SIGUSR2}, [](SignalNews) {})).number == EBUSY);
  }
  Watched watched({SIGUSR2});
}

TEST_CASE("a signal that nobody can handle is refused, and the others are given back") {
  struct sigaction before, after;
  REQUIRE(sigaction(SIGUSR1, nullptr, &before) == 0);
  CHECK(mustFail(SignalWatch::start({SIGUSR1, SIGKILL}, [](SignalNews) {})).number == EINVAL);
  REQUIRE(sigaction(SIGUSR1, nullptr, &after) == 0);
  CHECK((before.sa_handler == after.sa_handler));
  Watched watched({SIGUSR1});
}

TEST_CASE("a signal of the terminal is told from one that someone sent") {
  const UniqueFd terminal(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(grantpt(terminal.get()) == 0);
  REQUIRE(unlockpt(terminal.get()) == 0);
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    // A session of its own with that terminal; the exit status tells what was seen.
    setsid();
    const int line = open(ptsname(terminal.get()), O_RDWR);
    if (line < 0 || ioctl(line, TIOCSCTTY, 0) != 0) _exit(1);
    std::atomic<int> seen = 0;
    auto watch = SignalWatch::start({SIGINT}, [&](SignalNews news) { seen = news.fromKernel ? 2 : 3; });
    if (!watch || write(terminal.get(), "\x03", 1) != 1) _exit(1);
    while (seen == 0) usleep(1000);
    const int first = seen;
    seen = 0;
    kill(getpid(), SIGINT);
    while (seen == 0) usleep(1000);
    _exit(first * 10 + seen);
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  CHECK(WEXITSTATUS(status) == 23);
}

}  // namespace netplumb::testing
