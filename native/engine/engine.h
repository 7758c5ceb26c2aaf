#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "engine/worker.h"
#include "netlink/result.h"
#include "netlink/unique_fd.h"
#include "netns/namespace.h"

namespace netplumb {

class Engine;

/// One piece of work for the engine's thread.
class Task {
 public:
  virtual ~Task() = default;
  /// On the engine's thread: all of the work, or a piece of it.
  virtual void run(Worker& worker) = 0;
  /// Whether all was done. If not, `run` is called again, after others that are not patient and were submitted
  /// meanwhile.
  virtual bool isFinished() const { return true; }
  /// Instead of `run`, when it cannot be run any more; on the engine's thread if it was begun.
  virtual void abandon(const Error& why) = 0;
  /// Whether others that are submitted later may run first.
  virtual bool isPatient() const { return false; }
};

/// A descriptor that the engine's thread watches between tasks.
class Watch {
 public:
  virtual ~Watch() = default;
  virtual int fd() const = 0;
  /// On the engine's thread, when the descriptor can be read. Returns false to be watched no longer.
  virtual bool ready(std::span<uint8_t> buffer) = 0;
  /// When the engine ends with this still watched.
  virtual void abandon(const Error& why) = 0;
};

/// How soon the engine's thread gets a processor.
enum class Urgency {
  kUsual,
  /// Before this process's other threads, as far as it may ask for that (CAP_SYS_NICE): someone waits for its work.
  kHigh,
};

/// One thread that lives in one host's network namespace and does all the kernel work for it, a task at a time in the
/// order of submission, patient ones when no other waits: between two pieces of one the others run. A task that runs
/// out of memory fails; anything else that is thrown ends the engine, and every task is abandoned with the reason from
/// then on.
///
/// NOTE: all members are for one owner thread, but `watch` may also be called by a task.
class Engine {
 public:
  /// Receives each task once it was run or abandoned, on the engine's thread; nullptr when that is about to end. Tasks
  /// submitted later come back on the owner's.
  using Finished = std::function<void(std::unique_ptr<Task>)>;

  /// Never fails: what goes wrong while the thread starts and moves into `host` is what all tasks are abandoned with.
  Engine(NetnsRef host, Urgency urgency, Finished finished);
  /// As `stop`.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void submit(std::unique_ptr<Task> task);
  /// `watch` is shared: the owner keeps it to stop it by `unwatch`, after which `ready` may still be under way.
  void watch(std::shared_ptr<Watch> watch);
  void unwatch(const std::shared_ptr<Watch>& watch);

  /// Asks the thread to finish the task under way, all pieces of it, abandon the rest (ECANCELED) and end; does not
  /// wait for it.
  void requestStop();
  /// The same, and waits.
  void stop();

 private:
  void run(const NetnsRef& host, Urgency urgency);
  /// From moving into the host's namespace to the last task; returns why there are no more.
  Error live(const NetnsRef& host);
  void serve(Worker& worker);
  void perform(Worker& worker, std::unique_ptr<Task> task);
  /// The next task; nothing once stopped. Serves watches while it waits.
  std::unique_ptr<Task> next(Worker& worker);
  /// The next task that is not patient; nothing when there is none now, or once stopped.
  std::unique_ptr<Task> nextImpatient();
  void serveWatches(Worker& worker, bool wait);
  /// Takes no more work.
  void end(const Error& why);
  void wake();

  Finished finished_;
  UniqueFd wakeup_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<Task>> queue_;
  std::deque<std::unique_ptr<Task>> patient_;
  std::vector<std::shared_ptr<Watch>> watches_;
  /// Set once the thread takes no more work: why.
  std::optional<Error> over_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace netplumb
