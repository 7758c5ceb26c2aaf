#include "engine/sandbox_opener.h"

#include <errno.h>
#include <pthread.h>

#include <exception>
#include <utility>

#include "netns/excursion.h"

namespace netplumb {

SandboxOpener::SandboxOpener(Namespace home) : home_(std::move(home)), thread_([this] { run(); }) {}

SandboxOpener::~SandboxOpener() {
  {
    std::lock_guard lock(mutex_);
    isStopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void SandboxOpener::begin(std::span<const Plan> plans) {
  {
    std::lock_guard lock(mutex_);
    places_ = std::vector<Place>(plans.size());
    plans_ = plans;
    taken_ = 0;
    begun_ = 0;
  }
  changed_.notify_all();
}

std::optional<Sandbox> SandboxOpener::take() {
  std::unique_lock lock(mutex_);
  const size_t number = taken_++;
  if (number >= begun_) {
    begun_ = number + 1;
    return std::nullopt;
  }
  Place& place = places_[number];
  changed_.wait(lock, [&place] { return place.isDone; });
  return std::move(place.sandbox);
}

void SandboxOpener::end() {
  std::unique_lock lock(mutex_);
  const size_t begun = std::exchange(begun_, plans_.size());
  for (size_t number = taken_; number < begun; ++number) {
    Place& place = places_[number];
    changed_.wait(lock, [&place] { return place.isDone; });
    takeBack(place.sandbox, plans_[number]);
  }
  places_.clear();
  plans_ = {};
  begun_ = 0;
}

void SandboxOpener::run() {
  pthread_setname_np(pthread_self(), "netplumb-ahead");
  SandboxSysctls sysctls;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return isStopping_ || begun_ < plans_.size(); });
    if (isStopping_) return;
    const size_t number = begun_++;
    Place& place = places_[number];
    lock.unlock();
    bool isLost = false;
    try {
      openSandbox(plans_[number], home_, sysctls, place.sandbox);
    } catch (const std::exception& error) {
      place.sandbox.error = Error{ENOTRECOVERABLE, "engine", error.what()};
      isLost = true;
    }
    lock.lock();
    place.isDone = true;
    changed_.notify_all();
    if (isLost) return;
  }
}

}  // namespace netplumb
