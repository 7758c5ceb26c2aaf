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
  /// The socket's buffer overflowed (ENOBUFS) before these: the listener has missed some and has to read anew.
  bool lost = false;
  /// The socket failed and nothing more will come.
  std::optional<Error> ended;
};

/// Multicast groups of the host's namespace, read between the engine's tasks.
class Subscription : public Watch {
 public:
  using Listener = std::function<void(Notifications)>;

  /// Opens the socket in the calling thread's namespace. `groups`: RTNLGRP_*.
  static Result<std::shared_ptr<Subscription>> open(std::span<const uint32_t> groups, Listener listener);

  int fd() const override { return socket_.fd(); }
  bool ready(std::span<uint8_t> buffer) override;

 private:
  Subscription(Socket socket, Listener listener) : socket_(std::move(socket)), listener_(std::move(listener)) {}

  Socket socket_;
  Listener listener_;
};

}  // namespace netplumb
