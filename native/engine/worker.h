#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/sandbox_opener.h"
#include "netlink/dump.h"
#include "netlink/exchange.h"
#include "netlink/socket.h"
#include "netns/held_ports.h"
#include "netns/namespace.h"
#include "netns/sysctl.h"

namespace netplumb {

/// What the engine's thread works with: its home namespace (the host's), sockets in it, one receive buffer.
/// Only ever used on that thread.
class Worker {
 public:
  /// Moves the calling thread into `host` for good and opens the socket there.
  static Result<Worker> open(const NetnsRef& host);

  const Namespace& home() const { return home_; }

  /// The descriptor number under which a plan's sandbox can be named in its messages (IFLA_NET_NS_FD): reserved once,
  /// so that messages can be written before the sandbox's namespace is opened.
  int sandboxSlot() const { return slot_.get(); }
  /// Makes the slot refer to `target`; `clearSlot` afterwards, lest it keep the namespace alive.
  Status fillSlot(const Namespace& target);
  void clearSlot();

  /// `exchange`, `list` and `transact` on the host's socket of the first request's protocol, which is opened when it is
  /// first needed. After a broken conversation, and after a listing that failed and may still be under way, the socket
  /// is opened anew.
  Result<std::vector<Answer>> exchange(std::span<Request> requests);
  Result<std::vector<std::vector<uint8_t>>> dump(Request& request);
  Result<std::vector<Answer>> transact(std::span<Request> requests, std::optional<uint32_t> generation);

  /// Of a link of the host.
  Status settleCarrier(const std::string& link);

  /// Under which port the kernel knows who makes our transactions (nlmsg_pid of its notifications about them); 0 before
  /// the first. Stays up to date as long as it is held.
  std::shared_ptr<const uint32_t> netfilterPort() const { return netfilterPort_; }

  std::span<uint8_t> buffer() { return buffer_; }

  /// For parameters of the host.
  SysctlTree& hostSysctls() { return hostSysctls_; }
  /// For parameters of sandboxes.
  SandboxSysctls& sandboxSysctls() { return sandboxSysctls_; }

  /// Opens sandboxes while this thread does something else; null where that is not to be had, or not worth it.
  SandboxOpener* opener();

  /// Ports of the host that are kept from others until the engine ends.
  HeldPorts& ports() { return ports_; }

 private:
  Worker(Namespace home, Socket socket, UniqueFd slot)
      : home_(std::move(home)), route_(std::move(socket)), slot_(std::move(slot)), buffer_(kReceiveBuffer) {}

  std::optional<Socket>& socketOf(int protocol) { return protocol == NETLINK_NETFILTER ? netfilter_ : route_; }
  Result<Socket*> socket(int protocol);
  void closeSocket(int protocol);

  Namespace home_;
  std::optional<Socket> route_;
  std::optional<Socket> netfilter_;
  std::shared_ptr<uint32_t> netfilterPort_ = std::make_shared<uint32_t>(0);
  UniqueFd slot_;
  std::vector<uint8_t> buffer_;
  HeldPorts ports_;
  SysctlTree hostSysctls_;
  SandboxSysctls sandboxSysctls_;
  /// Started when it is first needed.
  std::unique_ptr<SandboxOpener> opener_;
};

}  // namespace netplumb
