#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "engine/plan.h"
#include "engine/sandbox.h"
#include "netns/namespace.h"
#include "netns/sysctl.h"

namespace netplumb {

/// A thread that opens the sandboxes of plans ahead of the thread that carries the plans out. Steps wait for one
/// another at the kernel's RTNL lock; opening a sandbox does not need that.
class SandboxOpener {
 public:
  /// The thread stands in `home`, the caller's namespace, has the caller's niceness, and what signals the caller has
  /// blocked. Throws std::system_error where no thread is to be had.
  explicit SandboxOpener(Namespace home);
  /// After `end`.
  ~SandboxOpener();
  SandboxOpener(const SandboxOpener&) = delete;
  SandboxOpener& operator=(const SandboxOpener&) = delete;

  /// Begins with the sandboxes of `plans`, which must stay until `end`, in their order.
  void begin(std::span<const Plan> plans);
  /// That of the plan after the last one that was asked for; waits for one that is being opened. Nothing where that was
  /// not begun: the caller has to do it then, and this goes on behind it.
  std::optional<Sandbox> take();
  /// Begins none any more, waits for the one under way, and takes back all that nobody took; what cannot be taken back
  /// is for gc.
  void end();

 private:
  struct Place {
    bool isDone = false;
    Sandbox sandbox;
  };

  void run();

  const Namespace home_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::span<const Plan> plans_;
  /// One for each plan. Only the thread touches one that is begun and not done.
  std::vector<Place> places_;
  /// How many were taken, and how many were begun here or left to the caller.
  size_t taken_ = 0;
  size_t begun_ = 0;
  bool isStopping_ = false;
  std::thread thread_;
};

}  // namespace netplumb
