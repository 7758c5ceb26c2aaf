#pragma once

#include <optional>
#include <string>
#include <vector>

#include "netns/namespace.h"

namespace netplumb {

/// What a program finds in the place of a file or a directory.
struct Mount {
  /// A file; otherwise an empty directory that cannot be written to.
  std::optional<std::string> source;
  /// Absolute. See mountOver for links, and for what is not there.
  std::string target;
};

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
  /// In a UTS namespace of its own; otherwise the calling process's. Not for a tool.
  std::optional<std::string> hostname;
  /// Nobody else sees them. Not for a tool.
  std::vector<Mount> mounts = {};
  /// A tool of ours, not somebody's command: it reads this and writes to us (see CapturedStreams) instead of having our
  /// standard streams, and shares our mounts: a namespace of its own would have to copy each namespace that is pinned.
  std::optional<std::string> input = {};
};

/// How a program ended, and what a tool has written.
struct ExitStatus {
  /// What it returned; 0 if a signal ended it.
  int code = 0;
  /// The signal that ended it; 0 if none did.
  int signal = 0;
  std::string output = {};
  std::string errors = {};
};

}  // namespace netplumb
