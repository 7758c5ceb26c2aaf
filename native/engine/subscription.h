#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/engine.h"
#include "netlink/socket.h"

namespace netplumb {

/// What a subscription tells its listener.
struct Notifications {
  struct Message {
    uint16_t type;
    std::vector<uint8_t> payload;
  };
  std::vector<Message> messages;
  /// Some were lost among these, because the socket's buffer overflowed (ENOBUFS) or because they made no sense: the
  /// listener has to read the state anew.
  bool lost = false;
  /// Why nothing more will come: the socket failed, or the engine ended.
  std::optional<Error> ended;
};

/// Multicast groups of the host's namespace, read between the engine's tasks.
class Subscription : public Watch {
 public:
  using Listener = std::function<void(Notifications)>;

  /// What is subscribed to: multicast groups (RTNLGRP_*, NFNLGRP_*) of a protocol (NETLINK_*).
  struct Topics {
    int protocol;
    std::vector<uint32_t> groups;
    /// What is told of requests that came from this port is passed over: who made them knows. None if null, or 0.
    std::shared_ptr<const uint32_t> ownPort = nullptr;
  };

  /// Opens the socket in the calling thread's namespace. `listener` is called on the engine's thread, or where
  /// `Engine::watch` is called once that has ended.
  static Result<std::shared_ptr<Subscription>> open(Topics topics, Listener listener);

  int fd() const override { return socket_.fd(); }
  bool ready(std::span<uint8_t> buffer) override;
  void abandon(const Error& why) override;

 private:
  Subscription(Socket socket, std::shared_ptr<const uint32_t> ownPort, Listener listener)
      : socket_(std::move(socket)), ownPort_(std::move(ownPort)), listener_(std::move(listener)) {}
  void read(std::span<const uint8_t> datagram, Notifications& news) const;

  Socket socket_;
  std::shared_ptr<const uint32_t> ownPort_;
  Listener listener_;
};

}  // namespace netplumb
