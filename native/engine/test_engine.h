#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "netns/test_support.h"

// For tests only.

namespace netplumb::testing {

inline NetnsRef here() { return NetnsPath{"/proc/thread-self/ns/net"}; }

/// What became of a task.
struct TaskFate {
  std::string name;
  /// Why it was abandoned; nothing when it was run.
  std::optional<Error> abandoned;
  /// Whether it came back on the thread that submitted it.
  bool onOwnThread = false;
};

/// An engine and the fates of its tasks, in the order in which they came back. Work must not use doctest's REQUIRE,
/// whose exception would end the engine.
class TestEngine {
 public:
  using Work = std::function<void(Worker&)>;

  explicit TestEngine(NetnsRef host = here(), Urgency urgency = Urgency::kUsual)
      : owner_(std::this_thread::get_id()),
        engine_(std::move(host), urgency, [this](std::unique_ptr<Task> task) { finished(std::move(task)); }) {}

  Engine& operator*() { return engine_; }
  Engine* operator->() { return &engine_; }

  void submit(std::string name, Work work = [](Worker&) {}, bool isPatient = false, int pieces = 1) {
    engine_.submit(std::make_unique<Job>(std::move(name), std::move(work), isPatient, pieces));
  }

  /// Waits for as many tasks to have come back.
  std::vector<TaskFate> wait(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return fates_.size() >= count; });
    return fates_;
  }
  /// Waits for the thread's last word, which must come after all others of its own.
  std::vector<TaskFate> waitForEnd() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ends_ > 0; });
    return fates_;
  }
  /// How often that was said.
  int ends() {
    std::lock_guard lock(mutex_);
    return ends_;
  }

  /// One task alone.
  TaskFate run(Work work) {
    size_t before;
    {
      std::lock_guard lock(mutex_);
      before = fates_.size();
    }
    submit("", std::move(work));
    return wait(before + 1).back();
  }

 private:
  struct Job : Task {
    Job(std::string text, Work todo, bool isPatient, int number)
        : work(std::move(todo)), patient(isPatient), pieces(number) {
      fate.name = std::move(text);
    }
    bool isPatient() const override { return patient; }
    bool isFinished() const override { return pieces == 0; }
    void run(Worker& worker) override {
      --pieces;
      work(worker);
    }
    void abandon(const Error& why) override { fate.abandoned = why; }

    Work work;
    bool patient;
    int pieces;
    TaskFate fate;
  };

  void finished(std::unique_ptr<Task> task) {
    {
      std::lock_guard lock(mutex_);
      if (task == nullptr) {
        ++ends_;
      } else {
        TaskFate fate = static_cast<Job&>(*task).fate;
        fate.onOwnThread = std::this_thread::get_id() == owner_;
        fates_.push_back(std::move(fate));
      }
    }
    changed_.notify_all();
  }

  const std::thread::id owner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<TaskFate> fates_;
  int ends_ = 0;
  // Last, so that its thread has ended before the rest goes.
  Engine engine_;
};

}  // namespace netplumb::testing
