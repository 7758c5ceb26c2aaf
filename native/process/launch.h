#pragma once

#include <sys/types.h>

#include <cstdint>

#include "process/mounts.h"

namespace netplumb {

/// What a forked child needs on its way to another program, laid out before the fork: all pointers end with a nullptr
/// and stay valid until the program runs.
struct Launch {
  /// The process that forked it.
  pid_t parent;
  /// The network namespace to enter; -1: none.
  int netns;
  /// Whether it gets mount and UTS namespaces of its own.
  bool isIsolated;
  /// nullptr: that of the parent, as of any program that is not isolated.
  const char* hostname;
  /// Made in its mount namespace, in this order; the last has no target. Not heeded unless it is isolated.
  const LaunchMount* mounts;
  /// A socket on which it says kMounted once they are made, and waits for an answer; -1: none.
  int report;
  /// Paths of the program, tried in order until one can be executed.
  const char* const* candidates;
  char* const* arguments;
  char* const* environment;
  /// Three descriptors, none of them 0, 1 or 2, that become its standard streams; nullptr: those of the parent.
  const int* streams;
};

/// What the child was doing when it could not go on; kMounted alone is no failure.
enum class LaunchStep : int32_t {
  kSetns,
  kUnshare,
  kMount,
  kMountSource,
  kMountTarget,
  kMounted,
  kSethostname,
  kExecve
};

/// The system call of a step.
const char* operationOf(LaunchStep step);

struct LaunchFailure {
  LaunchStep step;
  int32_t number;  // errno
  /// Which of the mounts it was, for their two steps.
  int32_t mount = 0;
};

/// Turns the calling process, a child that has just been forked, into the program: in the network namespace and, if it
/// is isolated, in mount and UTS namespaces of its own, with no signal blocked, handled or ignored, with standard
/// input, output and error and no other descriptor. It dies with the thread that forked it. Returns only what went
/// wrong.
///
/// NOTE: async-signal-safe (signal-safety(7)), as everything between fork and exec must be in a program with threads.
LaunchFailure launch(const Launch& launch);

}  // namespace netplumb
