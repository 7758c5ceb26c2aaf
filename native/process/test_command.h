#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <string>

#include "netlink/test_result.h"
#include "netlink/unique_fd.h"
#include "process/child.h"

// For tests only.

namespace netplumb::testing {

/// A script for the shell, with a PATH to find programs by.
inline Command shell(const std::string& script) {
  Command command;
  command.candidates = {"/bin/sh"};
  command.arguments = {"sh", "-c", script};
  command.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "GREETING=hello"};
  return command;
}

/// Blocks all signals of the calling thread, as Child::fork asks for, until it ends.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

/// Standard output into a pipe until `text` is asked for.
class CapturedOutput {
 public:
  CapturedOutput() : standard_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) {
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    reading_.reset(ends[0]);
    UniqueFd writing(ends[1]);
    REQUIRE(dup2(writing.get(), STDOUT_FILENO) == STDOUT_FILENO);
  }
  ~CapturedOutput() { giveBack(); }
  CapturedOutput(const CapturedOutput&) = delete;
  CapturedOutput& operator=(const CapturedOutput&) = delete;

  /// All that was written, once nobody can write any more.
  std::string text() {
    giveBack();
    std::string all;
    char part[512];
    for (ssize_t length; (length = read(reading_.get(), part, sizeof part)) > 0;) {
      all.append(part, static_cast<size_t>(length));
    }
    return all;
  }

 private:
  void giveBack() {
    if (!standard_) return;
    dup2(standard_.get(), STDOUT_FILENO);
    standard_.reset();
  }

  UniqueFd standard_;
  UniqueFd reading_;
};

/// What a command prints, and how it ended.
struct Outcome {
  std::string output;
  ExitStatus status;
};

inline Outcome run(const Command& command) {
  const BlockedSignals blocked;
  CapturedOutput output;
  Child child = must(Child::fork(command));
  must(child.started());
  const ExitStatus status = must(child.wait());
  return {output.text(), status};
}

}  // namespace netplumb::testing
