#include "engine/engine.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <new>
#include <system_error>
#include <utility>

namespace netplumb {

namespace {

Error ended(int number, const char* why) { return Error{number, "engine", why}; }

/// Signals belong to the threads of the program, whose handlers expect them there.
void blockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

/// The thread sleeps in the kernel or does what somebody waits for; what competes with it in this process are V8's
/// compiler and collector, which use all processors for tens of milliseconds while code is new. It gets three times
/// their share (sched_prio_to_weight in kernel/sched/core.c). With -20, 87 times, a thousand attaches take 3 % less,
/// but the scheduler takes that for a full processor: all others gather on what is left, and the main thread among
/// them.
constexpr int kUrgentNiceness = -5;

/// Of the calling thread alone (setpriority(2), "C library/kernel differences"), as far as it may. Not where there is
/// one processor only: whatever the thread gains there, the program loses.
void hurry() {
  if (std::thread::hardware_concurrency() > 1) setpriority(PRIO_PROCESS, 0, kUrgentNiceness);
}

std::unique_ptr<Task> takeFirst(std::deque<std::unique_ptr<Task>>& queue) {
  auto task = std::move(queue.front());
  queue.pop_front();
  return task;
}

}  // namespace

Engine::Engine(NetnsRef host, Urgency urgency, Finished finished)
    : finished_(std::move(finished)), wakeup_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wakeup_) over_ = Error{errno, "eventfd"};
  try {
    thread_ = std::thread([this, host = std::move(host), urgency] { run(host, urgency); });
  } catch (const std::system_error& error) {
    over_ = Error{error.code().value(), "pthread_create"};
    finished_(nullptr);
  }
}

Engine::~Engine() { stop(); }

void Engine::submit(std::unique_ptr<Task> task) {
  {
    std::lock_guard lock(mutex_);
    if (!over_) {
      (task->isPatient() ? patient_ : queue_).push_back(std::move(task));
    }
  }
  if (task != nullptr) {
    task->abandon(*over_);
    finished_(std::move(task));
    return;
  }
  wake();
}

void Engine::watch(std::shared_ptr<Watch> watch) {
  {
    std::lock_guard lock(mutex_);
    if (!over_) watches_.push_back(std::move(watch));
  }
  if (watch != nullptr) {
    watch->abandon(*over_);
    return;
  }
  wake();
}

void Engine::unwatch(const std::shared_ptr<Watch>& watch) {
  {
    std::lock_guard lock(mutex_);
    std::erase(watches_, watch);
  }
  wake();
}

void Engine::requestStop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
}

void Engine::stop() {
  if (!thread_.joinable()) return;
  requestStop();
  thread_.join();
}

void Engine::run(const NetnsRef& host, Urgency urgency) {
  pthread_setname_np(pthread_self(), "netplumb");
  blockSignals();
  if (urgency == Urgency::kHigh) hurry();
  end(live(host));
  finished_(nullptr);
}

Error Engine::live(const NetnsRef& host) {
  if (over_) return *over_;
  try {
    auto worker = Worker::open(host);
    if (!worker) return worker.error();
    serve(*worker);
    return ended(ECANCELED, "it was stopped");
  } catch (const std::exception& error) {
    return ended(ENOTRECOVERABLE, error.what());
  }
}

void Engine::serve(Worker& worker) {
  while (auto task = next(worker)) perform(worker, std::move(task));
}

void Engine::perform(Worker& worker, std::unique_ptr<Task> task) {
  try {
    task->run(worker);
    while (!task->isFinished()) {
      while (auto other = nextImpatient()) perform(worker, std::move(other));
      task->run(worker);
    }
  } catch (const std::bad_alloc& error) {
    task->abandon(ended(ENOMEM, error.what()));
  } catch (const std::exception& error) {
    task->abandon(ended(ENOTRECOVERABLE, error.what()));
    finished_(std::move(task));
    throw;
  }
  finished_(std::move(task));
  serveWatches(worker, false);
}

std::unique_ptr<Task> Engine::next(Worker& worker) {
  for (;;) {
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return nullptr;
      for (auto* queue : {&queue_, &patient_}) {
        if (!queue->empty()) return takeFirst(*queue);
      }
    }
    serveWatches(worker, true);
  }
}

std::unique_ptr<Task> Engine::nextImpatient() {
  std::lock_guard lock(mutex_);
  return stopping_ || queue_.empty() ? nullptr : takeFirst(queue_);
}

void Engine::serveWatches(Worker& worker, bool wait) {
  std::vector<std::shared_ptr<Watch>> watches;
  {
    std::lock_guard lock(mutex_);
    watches = watches_;
  }
  if (!wait && watches.empty()) return;
  std::vector<pollfd> fds{{wakeup_.get(), POLLIN, 0}};
  for (const auto& watch : watches) fds.push_back({watch->fd(), POLLIN, 0});
  if (poll(fds.data(), fds.size(), wait ? -1 : 0) <= 0) return;
  if (fds[0].revents != 0) {
    uint64_t count;
    [[maybe_unused]] const ssize_t got = read(wakeup_.get(), &count, sizeof count);
  }
  for (size_t i = 0; i < watches.size(); ++i) {
    if (fds[i + 1].revents == 0 || watches[i]->ready(worker.buffer())) continue;
    std::lock_guard lock(mutex_);
    std::erase(watches_, watches[i]);
  }
}

void Engine::end(const Error& why) {
  std::deque<std::unique_ptr<Task>> tasks;
  std::deque<std::unique_ptr<Task>> patient;
  std::vector<std::shared_ptr<Watch>> watches;
  {
    std::lock_guard lock(mutex_);
    // Once said it stays: whoever has seen it reads it without the lock.
    if (!over_) over_ = why;
    tasks.swap(queue_);
    patient.swap(patient_);
    watches.swap(watches_);
  }
  for (auto* queue : {&tasks, &patient}) {
    for (auto& task : *queue) {
      task->abandon(why);
      finished_(std::move(task));
    }
  }
  for (const auto& watch : watches) watch->abandon(why);
}

void Engine::wake() {
  const uint64_t one = 1;
  // EAGAIN: the counter is full of wake-ups that were not taken yet, which is just as good.
  [[maybe_unused]] const ssize_t written = write(wakeup_.get(), &one, sizeof one);
}

}  // namespace netplumb
