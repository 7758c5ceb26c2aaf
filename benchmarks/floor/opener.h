// Sandboxes opened ahead of whoever makes the endpoints in them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "host.h"

namespace netplumb::bench {

/** A sandbox that an endpoint can be made in: its namespace, a socket there, and the parameter that new links take
 * over. */
struct OpenSandbox {
  Descriptor netns;
  Socket inside;
  /** Whether new links have IPv6 off; it stays that namespace's, wherever the thread stands. */
  std::optional<Descriptor> ipv6Off;
};

/** Opens sandboxes 0, 1… on a thread of its own, which needs no lock that making endpoints holds (RTNL). */
class Opener {
 public:
  /** `open` is called on that thread, which stands in the caller's namespaces. */
  Opener(int count, std::function<OpenSandbox(int)> open);
  ~Opener();
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  /** The next one; waits for it. */
  OpenSandbox take();

 private:
  void run(int count, const std::function<OpenSandbox(int)>& open);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<OpenSandbox> ready_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace netplumb::bench
