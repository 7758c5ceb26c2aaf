#include "process/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <optional>

namespace netplumb {

namespace {

constexpr char kSys[] = "/sys";
constexpr char kCgroups[] = "/sys/fs/cgroup";

LaunchFailure failed(LaunchStep step) { return {.step = step, .number = errno}; }

/// No program of ours outlives us, however we end.
void dieWithParent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have ended before it could be said.
  if (getppid() != parent) _exit(128 + SIGKILL);
}

void resetSignals() {
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  // Those that cannot be changed refuse it.
  for (int number = 1; number < NSIG; ++number) sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void takeStreams(const int* streams) {
  for (int fd = 0; fd <= 2; ++fd) dup2(streams[fd], fd);
}

/// Node marks these three close-on-exec when it starts, and pipes among them non-blocking when it uses them; programs
/// expect neither.
void passStandardStreams() {
  for (int fd = 0; fd <= 2; ++fd) {
    fcntl(fd, F_SETFD, 0);
    const int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) != 0) fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  }
}

/// No other descriptor goes along, whoever opened it: of libraries in our process not all mark theirs (LMDB does not).
void keepOtherDescriptors() {
  constexpr unsigned int kFirst = 3;
  if (syscall(SYS_close_range, kFirst, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  // Before Linux 5.11.
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  for (rlim_t fd = kFirst; fd < limit.rlim_cur; ++fd) fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
}

/// Shows the links of the network namespace in /sys/class/net: sysfs belongs to the namespace in which it was mounted.
/// Where that is not permitted, /sys stays as it is. What hangs below /sys is hidden by it; the control groups, by
/// which programs find out how much memory they have, are put back.
void remountSys() {
  struct statvfs files;
  unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (statvfs(kSys, &files) == 0 && (files.f_flag & ST_RDONLY) != 0) flags |= MS_RDONLY;
  const long cgroups = syscall(SYS_open_tree, AT_FDCWD, kCgroups, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (mount("sysfs", kSys, "sysfs", flags, nullptr) != 0 || cgroups < 0) return;
  syscall(SYS_move_mount, cgroups, "", AT_FDCWD, kCgroups, MOVE_MOUNT_F_EMPTY_PATH);
}

/// What went wrong with the first that could not be mounted.
std::optional<LaunchFailure> mountAll(const LaunchMount* mounts) {
  for (int32_t index = 0; mounts[index].target != nullptr; ++index) {
    bool isOfSource = false;
    const int number = mountOver(mounts[index], isOfSource);
    const LaunchStep step = isOfSource ? LaunchStep::kMountSource : LaunchStep::kMountTarget;
    if (number != 0) return LaunchFailure{.step = step, .number = number, .mount = index};
  }
  return std::nullopt;
}

/// Lets the parent see the mounts before the program can change them. One that has ended kills us.
void showMounts(int report) {
  const LaunchFailure message{.step = LaunchStep::kMounted, .number = 0};
  if (write(report, &message, sizeof message) != sizeof message) return;
  char answer;
  [[maybe_unused]] const ssize_t length = read(report, &answer, sizeof answer);
}

/// As execvpe: a candidate that is not there is passed over, one that may not be executed is remembered.
int execute(const Launch& launch) {
  int number = ENOENT;
  for (const char* const* candidate = launch.candidates; *candidate != nullptr; ++candidate) {
    execve(*candidate, launch.arguments, launch.environment);
    switch (errno) {
      case EACCES:
        number = EACCES;
        break;
      case ENOENT:
      case ENOTDIR:
      case ESTALE:
      case ENODEV:
      case ETIMEDOUT:
        break;
      default:
        return errno;
    }
  }
  return number;
}

}  // namespace

const char* operationOf(LaunchStep step) {
  switch (step) {
    case LaunchStep::kSetns:
      return "setns";
    case LaunchStep::kUnshare:
      return "unshare";
    case LaunchStep::kMount:
    case LaunchStep::kMountSource:
    case LaunchStep::kMountTarget:
    case LaunchStep::kMounted:
      return "mount";
    case LaunchStep::kSethostname:
      return "sethostname";
    case LaunchStep::kExecve:
      return "execve";
  }
  return "fork";
}

LaunchFailure launch(const Launch& launch) {
  dieWithParent(launch.parent);
  if (launch.streams != nullptr) takeStreams(launch.streams);
  passStandardStreams();
  keepOtherDescriptors();
  if (launch.netns >= 0 && setns(launch.netns, CLONE_NEWNET) != 0) return failed(LaunchStep::kSetns);
  if (launch.isIsolated) {
    if (unshare(CLONE_NEWNS | CLONE_NEWUTS) != 0) return failed(LaunchStep::kUnshare);
    // Nothing that is mounted here is seen outside. What is unmounted outside goes here too: a network namespace that
    // was pinned under /run/netns would otherwise live for as long as the program.
    if (mount("none", "/", nullptr, MS_SLAVE | MS_REC, nullptr) != 0) return failed(LaunchStep::kMount);
    if (launch.netns >= 0) remountSys();
    if (const auto failure = mountAll(launch.mounts)) return *failure;
    if (launch.report >= 0) showMounts(launch.report);
    if (launch.hostname != nullptr && sethostname(launch.hostname, strlen(launch.hostname)) != 0) {
      return failed(LaunchStep::kSethostname);
    }
  }
  resetSignals();
  return {.step = LaunchStep::kExecve, .number = execute(launch)};
}

}  // namespace netplumb
