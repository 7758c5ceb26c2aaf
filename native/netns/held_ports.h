#pragma once

#include <sys/resource.h>

#include <map>

#include "netlink/result.h"
#include "netlink/unique_fd.h"
#include "netns/host_port.h"

namespace netplumb {

/// Ports of the namespace in which the calling thread stands, bound by sockets that do nothing else, so that nobody
/// else gets them as long as this lives: not with SO_REUSEADDR or SO_REUSEPORT either, and not as the local port of an
/// outgoing connection.
///
/// What reaches such a socket itself, because no rule has sent it elsewhere, is refused (TCP and SCTP: a reset, an
/// abort) or dropped (UDP); nothing is ever accepted or queued.
class HeldPorts {
 public:
  /// Nothing happens when it is held already. EADDRINUSE: someone has it, or one that overlaps it. EADDRNOTAVAIL: no
  /// interface has the address. EACCES: a port below net.ipv4.ip_unprivileged_port_start without CAP_NET_BIND_SERVICE.
  /// A port that nobody can have, because the kernel lacks the protocol, counts as held.
  Status hold(const HostPort& port);

  /// Nothing happens when it is not held.
  void release(const HostPort& port) { sockets_.erase(port); }

 private:
  /// Makes room for many more descriptors than the last one when it is about to run out.
  void makeRoom(int last);

  std::map<HostPort, UniqueFd> sockets_;
  /// How many descriptors the process's table is known to hold: as many as every process's at first (NR_OPEN_DEFAULT).
  rlim_t room_ = 64;
};

}  // namespace netplumb
