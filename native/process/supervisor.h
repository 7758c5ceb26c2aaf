#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "process/child.h"

namespace netplumb {

/// Starts a command and waits for it, on a thread of its own: the one with which the command dies, whatever becomes of
/// us. Whoever else waits for children of this process does so by their numbers, and is not disturbed.
class Supervisor {
 public:
  /// Both on the supervisor's thread. `started` once; `ended` afterwards, once, if it could be started.
  struct Listener {
    std::function<void(Status)> started;
    std::function<void(Result<ExitStatus>)> ended;
  };

  /// Never fails: if there can be no thread (`pthread_create`), `started` is told at once.
  Supervisor(Command command, Listener listener);
  /// Kills the command if it is still running, and waits for it.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Sends the command a signal; nothing happens before it has been started and after it has ended.
  void signal(int number);

 private:
  void run();

  const Command command_;
  const Listener listener_;
  std::mutex mutex_;
  std::optional<Child> child_;  // Written by the thread, under the lock.
  bool isStopping_ = false;
  std::thread thread_;
};

}  // namespace netplumb
