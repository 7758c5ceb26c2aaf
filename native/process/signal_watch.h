#pragma once

#include <signal.h>

#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "netlink/result.h"
#include "netlink/unique_fd.h"

namespace netplumb {

/// A signal that this process got.
struct SignalNews {
  int number = 0;
  /// The kernel itself sent it, as it does for Ctrl-C, Ctrl-\, a new window size and a lost line: to all processes of
  /// the terminal's foreground group alike (drivers/tty, kill_pgrp; si_code SI_KERNEL). Otherwise someone sent it to
  /// us.
  bool fromKernel = false;
};

/// Takes signals over from whatever handles them in this process, tells of each, and gives them back when it ends.
/// There is at most one at a time.
class SignalWatch {
 public:
  /// On the watch's thread.
  using Listener = std::function<void(SignalNews)>;

  /// The only way to one. EBUSY (`sigaction`): there is another one. EINVAL: a signal that cannot be handled. `pipe2`,
  /// `pthread_create`.
  static Result<std::unique_ptr<SignalWatch>> start(const std::vector<int>& numbers, Listener listener);
  SignalWatch(UniqueFd reading, UniqueFd writing, Listener listener)
      : reading_(std::move(reading)), writing_(std::move(writing)), listener_(std::move(listener)) {}
  /// Every signal that came before is told of first.
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  Status takeOver(const std::vector<int>& numbers);
  void run();

  UniqueFd reading_;
  UniqueFd writing_;
  const Listener listener_;
  std::vector<std::pair<int, struct sigaction>> previous_;
  std::thread thread_;
};

}  // namespace netplumb
