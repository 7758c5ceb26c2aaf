#include "opener.h"

#include <utility>

namespace netplumb::bench {

namespace {

/** As many as the engine has in one batch. */
constexpr size_t kMostReady = 16;

}  // namespace

Opener::Opener(int count, std::function<OpenSandbox(int)> open)
    : thread_([this, count, open = std::move(open)] { run(count, open); }) {}

Opener::~Opener() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

OpenSandbox Opener::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty(); });
  OpenSandbox sandbox = std::move(ready_.front());
  ready_.pop_front();
  // Not for each: waking a thread costs more than opening a sandbox.
  if (ready_.size() == kMostReady / 2) changed_.notify_all();
  return sandbox;
}

void Opener::run(int count, const std::function<OpenSandbox(int)>& open) {
  std::unique_lock lock(mutex_);
  for (int index = 0; index < count && !stopping_; index++) {
    lock.unlock();
    OpenSandbox sandbox = open(index);
    lock.lock();
    ready_.push_back(std::move(sandbox));
    if (ready_.size() == 1) changed_.notify_all();
    if (ready_.size() == kMostReady)
      changed_.wait(lock, [this] { return stopping_ || ready_.size() <= kMostReady / 2; });
  }
}

}  // namespace netplumb::bench
