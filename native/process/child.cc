#include "process/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

pid_t waitFor(pid_t pid, int* status) {
  pid_t ended;
  do {
    ended = waitpid(pid, status, 0);
  } while (ended < 0 && errno == EINTR);
  return ended;
}

[[noreturn]] void become(const Launch& launch, int report) {
  const LaunchFailure failure = netplumb::launch(launch);
  // The pipe is empty and the parent is reading: nothing keeps this from being written whole.
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
  const std::vector<char*> candidates = pointersTo(command.candidates);
  const std::vector<char*> arguments = pointersTo(command.arguments);
  const std::vector<char*> environment = pointersTo(command.environment);
  const Launch launch{
      getpid(),          netns ? netns->fd() : -1, command.hostname ? command.hostname->c_str() : nullptr,
      candidates.data(), arguments.data(),         environment.data()};
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Error{errno, "pipe2"};
  UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);

  const pid_t pid = ::fork();
  if (pid < 0) return Error{errno, "fork"};
  if (pid == 0) become(launch, writing.get());

  // Nobody else waits for it, so the number still means it.
  UniqueFd handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!handle) {
    Error error{errno, "pidfd_open"};
    kill(pid, SIGKILL);
    waitFor(pid, nullptr);
    return error;
  }
  return Child(pid, std::move(handle), std::move(reading));
}

Child::~Child() {
  if (!handle_ || isOver_) return;
  kill(pid_, SIGKILL);
  waitFor(pid_, nullptr);
}

Status Child::started() {
  LaunchFailure failure;
  ssize_t length;
  do {
    length = read(report_.get(), &failure, sizeof failure);
  } while (length < 0 && errno == EINTR);
  // Closed by a successful exec, or because it was killed on its way there, which `wait` will tell.
  if (length != sizeof failure) return Done{};
  waitFor(pid_, nullptr);
  isOver_ = true;
  return Error{failure.number, operationOf(failure.step)};
}

Result<ExitStatus> Child::wait() {
  int status = 0;
  const pid_t ended = waitFor(pid_, &status);
  isOver_ = true;
  if (ended != pid_) return Error{errno, "waitpid"};
  if (WIFSIGNALED(status)) return ExitStatus{0, WTERMSIG(status)};
  return ExitStatus{WEXITSTATUS(status), 0};
}

Status Child::signal(int number) const {
  if (syscall(SYS_pidfd_send_signal, handle_.get(), number, nullptr, 0) != 0) return Error{errno, "pidfd_send_signal"};
  return Done{};
}

}  // namespace netplumb
