#pragma once

#include <optional>
#include <string>
#include <vector>

#include "netns/namespace.h"

namespace netplumb {

/// A program to run, and where.
struct Command {
  /// Paths of the program, tried in order as execvpe does with those that PATH yields.
  std::vector<std::string> candidates;
  /// The first is the program's own name.
  std::vector<std::string> arguments;
  /// NAME=VALUE.
  std::vector<std::string> environment;
  /// Its network namespace; otherwise the calling process's.
  std::optional<NetnsRef> netns;
  /// In a UTS namespace of its own; otherwise the calling process's.
  std::optional<std::string> hostname;
};

/// How a program ended.
struct ExitStatus {
  /// What it returned; 0 if a signal ended it.
  int code = 0;
  /// The signal that ended it; 0 if none did.
  int signal = 0;
};

}  // namespace netplumb
