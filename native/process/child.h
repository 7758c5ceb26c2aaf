#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>

#include "netlink/result.h"
#include "netlink/unique_fd.h"
#include "process/captured_streams.h"
#include "process/command.h"

namespace netplumb {

/// A process that was forked to become a command. It is killed when the thread that forked it ends.
class Child {
 public:
  /// Forks. Whether the command could be started, `started` tells. Errors: those of Namespace::open and
  /// CapturedStreams::open; `socketpair`, `fork`, `pidfd_open`.
  ///
  /// NOTE: the calling thread must have all signals blocked. The child lets them through when it handles them as a new
  /// program does; until then they wait, instead of ending in a handler of ours.
  static Result<Child> fork(const Command& command);
  /// Kills it if it has not been waited for.
  ~Child();
  Child(Child&&) = default;
  Child& operator=(Child&&) = delete;

  /// Waits until the command's program runs. When it cannot: `setns`, `unshare`, `mount` (with the path, if it is about
  /// one of the command's), `sethostname` or `execve` with the last error of all candidates (EACCES if there was one
  /// such). `mounted`: called with its number once its own mounts are made, before the program runs; not if it has
  /// none.
  Status started(const std::function<void(pid_t)>& mounted = {});
  /// Waits until it has ended; once. ECHILD: someone else has waited for it already.
  Result<ExitStatus> wait();
  /// Sends it a signal. From any thread. ESRCH: it has ended.
  Status signal(int number) const;

  /// Its pidfd.
  int handle() const { return handle_.get(); }

 private:
  Child(pid_t pid, UniqueFd handle, UniqueFd report, std::optional<CapturedStreams> streams, std::vector<Mount> mounts)
      : pid_(pid),
        handle_(std::move(handle)),
        report_(std::move(report)),
        streams_(std::move(streams)),
        mounts_(std::move(mounts)) {}

  pid_t pid_;
  /// A pidfd: never means another process, even when the number is given out again.
  UniqueFd handle_;
  /// Where it tells why it cannot go on, and is told to go on once its mounts are made.
  UniqueFd report_;
  /// Those of a tool.
  std::optional<CapturedStreams> streams_;
  /// By which a failure is told.
  std::vector<Mount> mounts_;
  bool isOver_ = false;
};

}  // namespace netplumb
