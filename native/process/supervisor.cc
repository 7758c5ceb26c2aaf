#include "process/supervisor.h"

#include <pthread.h>
#include <signal.h>

#include <system_error>
#include <utility>

#include "process/mount_guard.h"

namespace netplumb {

Supervisor::Supervisor(Command command, Listener listener)
    : command_(std::move(command)), listener_(std::move(listener)) {
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    listener_.started(Error{error.code().value(), "pthread_create"});
  }
}

Supervisor::~Supervisor() {
  {
    std::lock_guard lock(mutex_);
    isStopping_ = true;
    if (child_) (void)child_->signal(SIGKILL);
  }
  if (thread_.joinable()) thread_.join();
}

void Supervisor::signal(int number) {
  std::lock_guard lock(mutex_);
  if (child_) (void)child_->signal(number);
}

void Supervisor::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);

  MountGuard guard(command_.mounts);
  auto forked = Child::fork(command_);
  if (!forked) return listener_.started(forked.error());
  {
    std::lock_guard lock(mutex_);
    child_.emplace(std::move(*forked));
    if (isStopping_) (void)child_->signal(SIGKILL);
  }
  Status started = child_->started([&guard](pid_t pid) { guard.enter(pid); });
  const bool runs = started.ok();
  listener_.started(std::move(started));
  if (!runs) return;
  guard.keep(child_->handle());
  listener_.ended(child_->wait());
}

}  // namespace netplumb
