// Throw-away hosts and sandboxes for the floor and, through its subcommands, for the other benchmarks.
#pragma once

#include <string>

#include "netlink.h"

namespace netplumb::bench {

/** An open descriptor, closed at the end of its scope. */
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  int get() const { return fd_; }
  int release();

 private:
  int fd_;
};

/** Opens `path` (flags as for open(2)); failure ends the process. */
Descriptor openPath(const char* path, int flags);

/** The namespace of the calling thread. */
Descriptor currentNamespace();

/** Moves the calling thread into a network namespace. */
void enterNamespace(int fd);

/**
 * Puts the calling process into a network namespace and a mount namespace of its own, with a private tmpfs on
 * /run. Nothing that happens afterwards is visible to the machine.
 */
void enterThrowAwayHost();

/** The pin of sandbox number `index`: `/run/netns/s<index>`. */
std::string sandboxPath(int index);

/** Makes and pins `count` sandboxes numbered from 0, and returns to the caller's namespace. */
void makeSandboxes(int count);

/** Unpins `count` sandboxes, so that the kernel destroys those that nobody else holds. */
void dropSandboxes(int count);

/**
 * Waits until the kernel has finished destroying the namespaces that were dropped so far. It destroys them on one
 * ordered queue, in batches: a veth pair whose far end lies in a namespace dropped now disappears with this batch or
 * the next, so that after two such pairs in turn everything dropped earlier is gone. Without this, the background work
 * of one run would hold the RTNL lock during the next.
 */
void settle();

}  // namespace netplumb::bench
