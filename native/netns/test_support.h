#pragma once

#include <dirent.h>
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "netlink/test_result.h"
#include "netns/namespace.h"

// For tests only.

namespace netplumb::testing {

/// The names in a directory; empty when there is none.
inline std::set<std::string> filesIn(const char* path) {
  std::set<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path), closedir);
  while (const dirent* entry = directory ? readdir(directory.get()) : nullptr) {
    if (entry->d_name[0] != '.') names.insert(entry->d_name);
  }
  return names;
}

inline size_t threadCount() { return filesIn("/proc/self/task").size(); }

/// Whether there soon are as many threads: the kernel lists one for a moment longer than it can be joined.
inline bool threadsSettleAt(size_t count) {
  for (int i = 0; i < 1000 && threadCount() != count; ++i) usleep(1000);
  return threadCount() == count;
}

/// What this process has open: descriptor and what it stands for, "net:[4026531840]".
inline std::map<int, std::string> openDescriptors() {
  std::map<int, std::string> open;
  for (const std::string& name : filesIn("/proc/self/fd")) {
    char target[256];
    const ssize_t length = readlink(("/proc/self/fd/" + name).c_str(), target, sizeof target);
    // The directory's own descriptor is closed by now.
    if (length > 0) open.emplace(std::stoi(name), std::string(target, static_cast<size_t>(length)));
  }
  return open;
}

/// The mount points at and below `path`, each as often as something is mounted there.
inline std::multiset<std::string> mountsBelow(const std::string& path) {
  std::multiset<std::string> points;
  std::ifstream info("/proc/self/mountinfo");
  for (std::string line; std::getline(info, line);) {
    // "36 35 98:0 /root /mount/point options…"
    size_t start = 0;
    for (int field = 0; field < 4; ++field) start = line.find(' ', start) + 1;
    const std::string point = line.substr(start, line.find(' ', start) - start);
    if (point == path || point.starts_with(path + "/")) points.insert(point);
  }
  return points;
}

/// The namespace in which the calling thread stands, as a text to compare.
inline std::string whereAmI() {
  char target[64];
  const ssize_t length = readlink("/proc/thread-self/ns/net", target, sizeof target);
  REQUIRE(length > 0);
  return std::string(target, static_cast<size_t>(length));
}

/// A process that lives until the test ends.
class Child {
 public:
  /// `prepare` runs in the child, which ends at once when it returns false.
  explicit Child(const std::function<bool()>& prepare) {
    int fds[2];
    REQUIRE(pipe(fds) == 0);
    pid_ = fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      const bool ready = prepare();
      if (ready && write(fds[1], "", 1) == 1) pause();
      _exit(0);
    }
    close(fds[1]);
    char byte;
    started_ = read(fds[0], &byte, 1) == 1;
    close(fds[0]);
  }
  ~Child() {
    kill(pid_, SIGKILL);
    reap();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  bool started() const { return started_; }
  /// Waits until it has ended, but leaves it a zombie.
  void becomeZombie() {
    kill(pid_, SIGKILL);
    siginfo_t info;
    REQUIRE(waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) == 0);
  }
  void reap() { waitpid(pid_, nullptr, 0); }

 private:
  pid_t pid_;
  bool started_ = false;
};

}  // namespace netplumb::testing
