#include "engine/subscription.h"

#include <errno.h>
#include <linux/netlink.h>

#include <utility>

#include "netlink/reply.h"

namespace netplumb {

namespace {

/// While a long task runs, a thousand endpoints' notifications (about 1.5 KiB each, a dozen an endpoint) wait here.
constexpr size_t kReceiveQueue = 32 * 1024 * 1024;

/// Read at a time, lest a flood of them keeps the engine from its tasks.
constexpr int kMostDatagrams = 256;

}  // namespace

Result<std::shared_ptr<Subscription>> Subscription::open(Topics topics, Listener listener) {
  auto socket = Socket::open(topics.protocol);
  if (!socket) return socket.error();
  socket->makeRoomToReceive(kReceiveQueue);
  for (const uint32_t group : topics.groups) {
    Status joined = socket->join(group);
    if (!joined) return joined.error();
  }
  return std::shared_ptr<Subscription>(
      new Subscription(std::move(*socket), std::move(topics.ownPort), std::move(listener)));
}

bool Subscription::ready(std::span<uint8_t> buffer) {
  Notifications news;
  for (int i = 0; i < kMostDatagrams; ++i) {
    auto received = socket_.receive(buffer);
    if (received) {
      if (received->empty()) break;
      read(*received, news);
    } else if (received.error().number == ENOBUFS || received.error().number == EBADMSG) {
      news.lost = true;
    } else {
      news.ended = received.error();
      break;
    }
  }
  const bool goesOn = !news.ended;
  if (news.lost || news.ended || !news.messages.empty()) listener_(std::move(news));
  return goesOn;
}

void Subscription::abandon(const Error& why) {
  Notifications news;
  news.ended = why;
  listener_(std::move(news));
}

void Subscription::read(std::span<const uint8_t> datagram, Notifications& news) const {
  // What the kernel does by itself is of port 0.
  const uint32_t own = ownPort_ == nullptr ? 0 : *ownPort_;
  ReplyReader reader(datagram);
  while (auto notification = reader.next()) {
    if (own != 0 && notification->port == own) continue;
    news.messages.push_back({notification->type, {notification->payload.begin(), notification->payload.end()}});
  }
  if (reader.malformed()) news.lost = true;
}

}  // namespace netplumb
