#include "netlink/dump.h"

#include <errno.h>
#include <linux/netlink.h>

#include <cstring>

#include "netlink/reply.h"

namespace netplumb {

namespace {

/// One attempt at a listing.
class Listing {
 public:
  Listing(Socket& socket, Request& request, const Wanted& wanted)
      : socket_(socket), request_(request), wanted_(wanted), sequence_(socket.nextSequence()) {}

  Status read(std::span<uint8_t> buffer) {
    const uint16_t flags = NLM_F_REQUEST | NLM_F_DUMP;
    std::memcpy(request_.message.data() + offsetof(nlmsghdr, nlmsg_flags), &flags, sizeof flags);
    std::memcpy(request_.message.data() + offsetof(nlmsghdr, nlmsg_seq), &sequence_, sizeof sequence_);
    Status sent = socket_.send(request_.message);
    if (!sent) return sent;
    while (!complete_) {
      auto received = socket_.receive(buffer);
      if (!received) return received.error();
      if (received->empty()) return broken("a listing without an end");
      ReplyReader reader(*received);
      while (auto reply = reader.next()) {
        Status taken = take(*reply);
        if (!taken) return taken;
      }
      if (reader.malformed()) return broken("a reply cut short");
    }
    return Done{};
  }

  bool interrupted() const { return interrupted_; }
  std::vector<std::vector<uint8_t>> takePayloads() { return std::move(payloads_); }

 private:
  Status take(const Reply& reply) {
    if (reply.sequence != sequence_ || reply.port != socket_.port()) return broken("a reply to no request of ours");
    if (complete_) return broken("a reply behind the end of the listing");
    interrupted_ |= (reply.flags & NLM_F_DUMP_INTR) != 0;
    if (reply.type == NLMSG_ERROR || reply.type == NLMSG_DONE) {
      complete_ = true;
      Status said = verdict(reply, request_);
      if (said && reply.type == NLMSG_ERROR) return broken("an acknowledgement instead of a listing");
      return said;
    }
    if (reply.type < NLMSG_MIN_TYPE) return broken("a control message inside a listing");
    if (!wanted_ || wanted_(reply.payload)) payloads_.emplace_back(reply.payload.begin(), reply.payload.end());
    return Done{};
  }

  Error broken(const char* how) const { return Error{EBADMSG, std::string(request_.type->name), how}; }

  Socket& socket_;
  Request& request_;
  const Wanted& wanted_;
  uint32_t sequence_;
  std::vector<std::vector<uint8_t>> payloads_;
  bool interrupted_ = false;
  bool complete_ = false;
};

}  // namespace

Result<std::vector<std::vector<uint8_t>>> dump(Socket& socket, Request& request, std::span<uint8_t> buffer,
                                               const Wanted& wanted) {
  for (int tried = 0; tried < kMostAttempts; ++tried) {
    Listing listing(socket, request, wanted);
    Status read = listing.read(buffer);
    if (!read) return read.error();
    if (!listing.interrupted()) return listing.takePayloads();
  }
  return Error{EINTR, std::string(request.type->name), "it changed each time it was read"};
}

}  // namespace netplumb
