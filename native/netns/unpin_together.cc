#include "netns/unpin_together.h"

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <system_error>
#include <thread>

#include "netlink/reply.h"
#include "netlink/socket.h"
#include "netlink/unique_fd.h"
#include "netns/pin.h"

namespace netplumb {

namespace {

/// From so many on it is worth waiting for the kernel to have begun, and having help.
constexpr size_t kMany = 64;

/// So many threads unpin them. Each waits most of the time (synchronize_rcu_expedited in namespace_unlock,
/// fs/namespace.c), and all that wait at a time wait together: ten thousand take 0.2 s where one alone takes 0.5.
constexpr size_t kUnpinners = 16;

/// One may have no number, or a process that keeps it: then it is the next that has to show that the kernel has begun.
constexpr size_t kMostFirst = 16;
constexpr int kLongestWaitMs = 10;

/// The kernel takes some 45 ms to destroy one, most of it waiting. Letting go of one takes 4 to 10 µs: of so many,
/// longer.
constexpr size_t kVeryMany = 2048;
/// For each of these it looks through all that are alive, half a microsecond for each: with those 45 ms three times as
/// long as letting go of all.
constexpr size_t kSecond = 8;
constexpr int kLongestLotMs = 500;

/// The others are for those who need some meanwhile.
size_t mostHeld() {
  struct rlimit descriptors;
  if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return 1;
  return std::max<size_t>(1, descriptors.rlim_cur / 2);
}

/// What is mounted there stays alive with it. Nothing when that cannot be: it goes at its own time then.
UniqueFd hold(const std::string& path) { return UniqueFd(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)); }

/// Whether the kernel says that it has begun to destroy a namespace (any that had a number here). Waits so long for it.
bool hasBegun(Socket& socket, int milliseconds) {
  pollfd news{socket.fd(), POLLIN, 0};
  std::array<uint8_t, 4096> buffer;
  while (poll(&news, 1, milliseconds) > 0) {
    auto received = socket.receive(buffer);
    // Too many to be kept: there were some.
    if (!received) return true;
    ReplyReader reader(*received);
    while (auto notification = reader.next()) {
      if (notification->type == RTM_DELNSID) return true;
    }
  }
  return false;
}

/// Lets go of one, or of some, until the kernel has begun. Of very many, lets go of some more then, and waits until it
/// has begun with those; returns how many all of these were.
size_t letFirstGo(std::vector<UniqueFd>& held, Result<Socket> socket) {
  if (held.size() < kMany || !socket || !socket->join(RTNLGRP_NSID)) return 0;
  size_t gone = 0;
  bool begun = false;
  while (!begun && gone < kMostFirst) {
    held[gone++].reset();
    begun = hasBegun(*socket, kLongestWaitMs);
  }
  if (begun && held.size() >= kVeryMany) {
    for (const size_t end = gone + kSecond; gone < end;) held[gone++].reset();
    hasBegun(*socket, kLongestLotMs);
  }
  return gone;
}

/// Room for so many descriptors at once. The kernel doubles it otherwise, and waits for all processors each time
/// (expand_fdtable in fs/file.c): 16 ms, six times for ten thousand.
void makeRoomFor(size_t descriptors) {
  const UniqueFd lowest(open("/", O_PATH | O_CLOEXEC));
  if (lowest) UniqueFd(fcntl(lowest.get(), F_DUPFD_CLOEXEC, lowest.get() + static_cast<int>(descriptors)));
}

/// Removes the files of namespaces that are held from then on, each at its place.
std::vector<Status> unpinAndHold(std::span<const std::string> paths, std::span<UniqueFd> held) {
  std::vector<Status> unpinned(paths.size(), Status(Done{}));
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < paths.size(); i = next++) {
      held[i] = hold(paths[i]);
      unpinned[i] = unpin(paths[i]);
    }
  };
  const bool areMany = paths.size() >= kMany;
  if (areMany) makeRoomFor(paths.size());
  const size_t helpers = areMany ? kUnpinners - 1 : 0;
  std::vector<std::jthread> others;
  try {
    while (others.size() < helpers) others.emplace_back(work);
  } catch (const std::system_error&) {
    // There may be no further thread: fewer do.
  }
  work();
  others.clear();
  return unpinned;
}

std::vector<Status> unpinHeld(std::span<const std::string> paths) {
  std::vector<UniqueFd> held(paths.size());
  std::vector<Status> unpinned = unpinAndHold(paths, held);
  const size_t first = letFirstGo(held, Socket::open(NETLINK_ROUTE));
  std::for_each(held.begin() + static_cast<ptrdiff_t>(first), held.end(), [](UniqueFd& one) { one.reset(); });
  return unpinned;
}

}  // namespace

std::vector<Status> unpinTogether(std::span<const std::string> paths) {
  std::vector<Status> unpinned;
  unpinned.reserve(paths.size());
  const size_t most = mostHeld();
  while (!paths.empty()) {
    const auto lot = paths.first(std::min(most, paths.size()));
    if (lot.size() == 1) {
      unpinned.push_back(unpin(lot.front()));
    } else {
      for (Status& one : unpinHeld(lot)) unpinned.push_back(std::move(one));
    }
    paths = paths.subspan(lot.size());
  }
  return unpinned;
}

}  // namespace netplumb
