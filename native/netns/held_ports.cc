#include "netns/held_ports.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace netplumb {

namespace {

bool isIpv6(const HostPort& port) { return port.address.size() == sizeof(in6_addr); }

/// The one step that failed, and for which port.
Error failed(const char* operation, const HostPort& port) { return Error{errno, operation, "", "", describe(port)}; }

int setOption(const UniqueFd& socket, int level, int option, int value) {
  return setsockopt(socket.get(), level, option, &value, sizeof value);
}

/// Nothing that arrives is let in: no datagram takes up memory.
int dropAll(const UniqueFd& socket) {
  sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{1, &nothing};
  return setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

int bindTo(const UniqueFd& socket, const HostPort& port) {
  if (isIpv6(port)) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port.port);
    std::memcpy(&address.sin6_addr, port.address.data(), sizeof address.sin6_addr);
    return bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port.port);
  std::memcpy(&address.sin_addr, port.address.data(), sizeof address.sin_addr);
  return bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

/// Whether the kernel's refusal to make a socket means that nobody can have the port.
bool isLacking(int number, const HostPort& port) {
  if (number == EPROTONOSUPPORT || number == ESOCKTNOSUPPORT) return true;
  // All addresses of a family without any; a single one of them was somebody's mistake.
  const bool isAny = std::ranges::all_of(port.address, [](uint8_t byte) { return byte == 0; });
  return number == EAFNOSUPPORT && isAny;
}

/// Makes a bound TCP socket keep others away for good. Bound with SO_REUSEADDR, as it has to be lest connections that
/// have ended but are still remembered (TIME_WAIT) stand in the way, it would let in everybody else with that option.
/// While it listens it does not, and afterwards it is like one that was bound without the option: `listen` asks for
/// the port once more, as one that is not shared (inet_csk_listen_start, inet_csk_update_fastreuse in
/// net/ipv4/inet_connection_sock.c). It does not go on listening, for what cannot be accepted is better refused than
/// left to wait, and what was begun in that moment is reset; the port stays bound (SOCK_BINDPORT_LOCK in
/// tcp_set_state). A filter would keep that out too, but takes the kernel longer than all the rest together.
Status closeTcp(const UniqueFd& socket, const HostPort& port) {
  if (listen(socket.get(), 0) != 0) return failed("listen", port);
  if (setOption(socket, SOL_SOCKET, SO_REUSEADDR, 0) != 0) return failed("setsockopt", port);
  if (shutdown(socket.get(), SHUT_RD) != 0) return failed("shutdown", port);
  return Done{};
}

Status occupy(const UniqueFd& socket, const HostPort& port) {
  const bool isTcp = port.protocol == Transport::kTcp;
  if (!isTcp && dropAll(socket) != 0) return failed("setsockopt", port);
  if (isIpv6(port) && setOption(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0) return failed("setsockopt", port);
  if (isTcp && setOption(socket, SOL_SOCKET, SO_REUSEADDR, 1) != 0) return failed("setsockopt", port);
  if (bindTo(socket, port) != 0) return failed("bind", port);
  return isTcp ? closeTcp(socket, port) : Status(Done{});
}

}  // namespace

Status HeldPorts::hold(const HostPort& port) {
  if (sockets_.contains(port)) return Done{};
  const int type = port.protocol == Transport::kUdp ? SOCK_DGRAM : SOCK_STREAM;
  UniqueFd socket(::socket(isIpv6(port) ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, static_cast<int>(port.protocol)));
  if (!socket) return isLacking(errno, port) ? Status(Done{}) : Status(failed("socket", port));
  Status occupied = occupy(socket, port);
  makeRoom(socket.get());
  if (occupied) sockets_.emplace(port, std::move(socket));
  return occupied;
}

/// A full table is doubled, and each time all threads that may be reading the old one are waited for, some ten
/// milliseconds (expand_fdtable in fs/file.c calls synchronize_rcu): better seldom.
void HeldPorts::makeRoom(int last) {
  constexpr int kReserve = 16;
  constexpr rlim_t kGrowth = 64;
  rlimit most;
  if (static_cast<rlim_t>(last + kReserve) < room_ || getrlimit(RLIMIT_NOFILE, &most) != 0) return;
  room_ = std::max(std::min(room_ * kGrowth, most.rlim_cur), room_ + 1);
  const UniqueFd highest(fcntl(last, F_DUPFD_CLOEXEC, static_cast<int>(room_ - 1)));
}

}  // namespace netplumb
