#include "netlink/dump.h"

#include <errno.h>
#include <linux/netlink.h>

#include <cstring>

#include "netlink/reply.h"

namespace netplumb {

namespace {

struct Listing {
  std::vector<std::vector<uint8_t>> payloads;
  bool interrupted = false;
};

Result<Listing> attempt(Socket& socket, Request& request, std::span<uint8_t> buffer) {
  const uint32_t sequence = socket.nextSequence();
  const uint16_t flags = NLM_F_REQUEST | NLM_F_DUMP;
  std::memcpy(request.message.data() + offsetof(nlmsghdr, nlmsg_flags), &flags, sizeof flags);
  std::memcpy(request.message.data() + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof sequence);
  Status sent = socket.send(request.message);
  if (!sent) return sent.error();
  Listing listing;
  for (;;) {
    auto received = socket.receive(buffer);
    if (!received) return received.error();
    ReplyReader reader(*received);
    while (auto reply = reader.next()) {
      if (reply->sequence != sequence || reply->port != socket.port()) {
        return Error{EBADMSG, "recvmsg", "reply to no request of ours", ""};
      }
      listing.interrupted |= (reply->flags & NLM_F_DUMP_INTR) != 0;
      if (isFinal(*reply)) {
        Status said = verdict(*reply, request);
        if (!said) return said.error();
        return listing;
      }
      listing.payloads.emplace_back(reply->payload.begin(), reply->payload.end());
    }
    if (reader.malformed()) return Error{EBADMSG, "recvmsg", "reply cut short", ""};
  }
}

}  // namespace

Result<std::vector<std::vector<uint8_t>>> dump(Socket& socket, Request& request, std::span<uint8_t> buffer) {
  for (int tried = 0; tried < kMostAttempts; ++tried) {
    auto listing = attempt(socket, request, buffer);
    if (!listing) return listing.error();
    if (!listing->interrupted) return std::move(listing->payloads);
  }
  return Error{EINTR, std::string(request.type->name), "the listing changed each time it was read", ""};
}

}  // namespace netplumb
