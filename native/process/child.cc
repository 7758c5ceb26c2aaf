#include "process/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "process/launch.h"

namespace netplumb {

namespace {

/// Strings as execve takes them.
std::vector<char*> pointersTo(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Mounts as the child makes them.
std::vector<LaunchMount> launchMounts(const std::vector<Mount>& mounts) {
  std::vector<LaunchMount> launched;
  for (const auto& [source, target] : mounts) launched.push_back({source ? source->c_str() : nullptr, target.c_str()});
  launched.push_back({nullptr, nullptr});
  return launched;
}

/// The path that it is about; none if it is about no mount.
std::string objectOf(const LaunchFailure& failure, const std::vector<Mount>& mounts) {
  if (failure.step != LaunchStep::kMountSource && failure.step != LaunchStep::kMountTarget) return {};
  const Mount& mount = mounts[static_cast<size_t>(failure.mount)];
  return failure.step == LaunchStep::kMountSource ? *mount.source : mount.target;
}

pid_t waitFor(pid_t pid, int* status) {
  pid_t ended;
  do {
    ended = waitpid(pid, status, 0);
  } while (ended < 0 && errno == EINTR);
  return ended;
}

[[noreturn]] void become(const Launch& launch, int report) {
  const LaunchFailure failure = netplumb::launch(launch);
  // The parent is reading: nothing keeps this from being written whole.
  const ssize_t written = write(report, &failure, sizeof failure);
  _exit(written == sizeof failure ? 0 : 125);
}

}  // namespace

Result<Child> Child::fork(const Command& command) {
  std::optional<Namespace> netns;
  if (command.netns) {
    auto opened = Namespace::open(*command.netns);
    if (!opened) return opened.error();
    netns = std::move(*opened);
  }
  std::optional<CapturedStreams> streams;
  std::array<int, 3> programEnds{};
  if (command.input) {
    auto opened = CapturedStreams::open(*command.input);
    if (!opened) return opened.error();
    streams = std::move(*opened);
    programEnds = streams->programEnds();
  }
  const std::vector<char*> candidates = pointersTo(command.candidates);
  const std::vector<char*> arguments = pointersTo(command.arguments);
  const std::vector<char*> environment = pointersTo(command.environment);
  const std::vector<LaunchMount> mounts = launchMounts(command.mounts);
  Launch launch{.parent = getpid(),
                .netns = netns ? netns->fd() : -1,
                .isIsolated = !streams,
                .hostname = command.hostname ? command.hostname->c_str() : nullptr,
                .mounts = mounts.data(),
                .report = -1,
                .candidates = candidates.data(),
                .arguments = arguments.data(),
                .environment = environment.data(),
                .streams = streams ? programEnds.data() : nullptr};
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return Error{errno, "socketpair"};
  UniqueFd report(ends[0]);
  UniqueFd childEnd(ends[1]);
  if (!command.mounts.empty()) launch.report = childEnd.get();

  const pid_t pid = ::fork();
  if (pid < 0) return Error{errno, "fork"};
  if (pid == 0) become(launch, childEnd.get());

  // Nobody else waits for it, so the number still means it.
  UniqueFd handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!handle) {
    Error error{errno, "pidfd_open"};
    kill(pid, SIGKILL);
    waitFor(pid, nullptr);
    return error;
  }
  if (streams) streams->closeProgramEnds();
  return Child(pid, std::move(handle), std::move(report), std::move(streams), command.mounts);
}

Child::~Child() {
  if (!handle_ || isOver_) return;
  kill(pid_, SIGKILL);
  waitFor(pid_, nullptr);
}

Status Child::started(const std::function<void(pid_t)>& mounted) {
  LaunchFailure failure;
  for (;;) {
    const ssize_t length = read(report_.get(), &failure, sizeof failure);
    if (length < 0 && errno == EINTR) continue;
    // Closed by a successful exec, or because it was killed on its way there, which `wait` will tell.
    if (length != sizeof failure) return Done{};
    if (failure.step != LaunchStep::kMounted) break;
    if (mounted) mounted(pid_);
    // If it has been killed meanwhile there is nobody to hear it.
    (void)send(report_.get(), "", 1, MSG_NOSIGNAL);
  }
  waitFor(pid_, nullptr);
  isOver_ = true;
  return Error{.number = failure.number, .operation = operationOf(failure.step), .object = objectOf(failure, mounts_)};
}

Result<ExitStatus> Child::wait() {
  if (streams_) streams_->read(handle_.get());
  int status = 0;
  const pid_t ended = waitFor(pid_, &status);
  isOver_ = true;
  if (ended != pid_) return Error{errno, "waitpid"};
  ExitStatus ending;
  (WIFSIGNALED(status) ? ending.signal : ending.code) = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  if (streams_) {
    ending.output = streams_->takeOutput();
    ending.errors = streams_->takeErrors();
  }
  return ending;
}

Status Child::signal(int number) const {
  if (syscall(SYS_pidfd_send_signal, handle_.get(), number, nullptr, 0) != 0) return Error{errno, "pidfd_send_signal"};
  return Done{};
}

}  // namespace netplumb
