#include "process/signal_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <system_error>

namespace netplumb {

namespace {

constexpr int kNobody = -1;

// A signal handler is told nothing of whom it works for: these are the process's own, as its signals are.
std::atomic<int> watcher = kNobody;
std::atomic<int> handling = 0;
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

void handle(int number, siginfo_t* info, void*) {
  const int before = errno;
  ++handling;
  const int pipe = watcher;
  const SignalNews news{number, info->si_code == SI_KERNEL};
  // Fails when thousands wait to be read: then one more makes no difference.
  if (pipe != kNobody) [[maybe_unused]]
    const ssize_t written = write(pipe, &news, sizeof news);
  --handling;
  errno = before;
}

}  // namespace

Result<std::unique_ptr<SignalWatch>> SignalWatch::start(const std::vector<int>& numbers, Listener listener) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Error{errno, "pipe2"};
  UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  // A handler must not be held up.
  if (fcntl(writing.get(), F_SETFL, O_NONBLOCK) != 0) return Error{errno, "fcntl"};
  int nobody = kNobody;
  if (!watcher.compare_exchange_strong(nobody, writing.get())) return Error{EBUSY, "sigaction"};
  auto watch = std::make_unique<SignalWatch>(std::move(reading), std::move(writing), std::move(listener));
  Status taken = watch->takeOver(numbers);
  if (!taken) return taken.error();
  return watch;
}

SignalWatch::~SignalWatch() {
  for (const auto& [number, action] : previous_) sigaction(number, &action, nullptr);
  watcher = kNobody;
  // A handler on another thread may have seen the pipe just before.
  while (handling != 0) sched_yield();
  if (!thread_.joinable()) return;
  // Not by closing the pipe: a process that is just being forked may still have it open.
  const SignalNews end;
  while (write(writing_.get(), &end, sizeof end) < 0 && errno == EAGAIN) sched_yield();
  thread_.join();
}

Status SignalWatch::takeOver(const std::vector<int>& numbers) {
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    return Error{error.code().value(), "pthread_create"};
  }
  struct sigaction action = {};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  for (const int number : numbers) {
    struct sigaction before;
    if (sigaction(number, &action, &before) != 0) return Error{errno, "sigaction"};
    previous_.emplace_back(number, before);
  }
  return Done{};
}

void SignalWatch::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  SignalNews news;
  for (;;) {
    const ssize_t length = read(reading_.get(), &news, sizeof news);
    if (length < 0 && errno == EINTR) continue;
    if (length != sizeof news || news.number == 0) return;
    listener_(news);
  }
}

}  // namespace netplumb
