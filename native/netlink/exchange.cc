#include "netlink/exchange.h"

#include <errno.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

#include "netlink/reply.h"

namespace netplumb {

namespace {

/// All replies of a datagram wait in the receive buffer before the first is read: 208 KiB (net.core.rmem_default) by
/// the kernel's book-keeping (skb truesize), of which an acknowledgement takes 768 bytes, and one with a veth's
/// description 5 KiB.
constexpr size_t kMostRequests = 16;
/// Below the default send buffer, with room for its book-keeping.
constexpr size_t kMostBytes = 64 * 1024;

size_t datagramLength(std::span<const Request> requests) {
  size_t count = 0;
  size_t bytes = 0;
  while (count < requests.size() && count < kMostRequests) {
    bytes += NLMSG_ALIGN(requests[count].message.size());
    if (count > 0 && bytes > kMostBytes) break;
    ++count;
  }
  return count;
}

void stamp(Request& request, uint32_t sequence) {
  uint16_t flags;
  std::memcpy(&flags, request.message.data() + offsetof(nlmsghdr, nlmsg_flags), sizeof flags);
  flags |= NLM_F_REQUEST | NLM_F_ACK;
  std::memcpy(request.message.data() + offsetof(nlmsghdr, nlmsg_flags), &flags, sizeof flags);
  std::memcpy(request.message.data() + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof sequence);
}

/// Sends one datagram and collects its answers.
class Conversation {
 public:
  Conversation(Socket& socket, std::span<Request> requests, std::span<uint8_t> buffer, std::span<Answer> answers)
      : socket_(socket),
        requests_(requests),
        buffer_(buffer),
        answers_(answers),
        finished_(requests.size(), false),
        open_(requests.size()) {}

  Status run() {
    std::vector<uint8_t> datagram;
    for (Request& request : requests_) {
      const uint32_t sequence = socket_.nextSequence();
      if (&request == &requests_.front()) first_ = sequence;
      stamp(request, sequence);
      datagram.insert(datagram.end(), request.message.begin(), request.message.end());
      datagram.resize(NLMSG_ALIGN(datagram.size()));
    }
    Status sent = socket_.send(datagram);
    if (!sent) return sent;
    while (open_ > 0) {
      auto received = socket_.receive(buffer_);
      if (!received) return received.error();
      if (received->empty()) return broken("a request without a reply");
      ReplyReader reader(*received);
      while (auto reply = reader.next()) {
        Status taken = take(*reply);
        if (!taken) return taken;
      }
      if (reader.malformed()) return broken("a reply cut short");
    }
    return Done{};
  }

 private:
  Status take(const Reply& reply) {
    const uint32_t index = reply.sequence - first_;
    if (reply.port != socket_.port() || index >= requests_.size()) return broken("a reply to no request of ours");
    if (finished_[index]) return broken("a reply to a request that had its acknowledgement");
    if (reply.type == NLMSG_ERROR) return finish(index, reply);
    if (reply.type < NLMSG_MIN_TYPE || (reply.flags & NLM_F_MULTI) != 0) return broken("part of a listing");
    answers_[index].payload.assign(reply.payload.begin(), reply.payload.end());
    return Done{};
  }

  Status finish(size_t index, const Reply& reply) {
    finished_[index] = true;
    --open_;
    Status said = verdict(reply, requests_[index]);
    if (said || said.error().number == EBADMSG) return said;
    answers_[index].error = said.error();
    return Done{};
  }

  Error broken(const char* how) const { return Error{EBADMSG, std::string(requests_.front().type->name), how}; }

  Socket& socket_;
  std::span<Request> requests_;
  std::span<uint8_t> buffer_;
  std::span<Answer> answers_;
  std::vector<bool> finished_;
  size_t open_;
  uint32_t first_ = 0;
};

}  // namespace

Result<std::vector<Answer>> exchange(Socket& socket, std::span<Request> requests, std::span<uint8_t> buffer) {
  std::vector<Answer> answers(requests.size());
  for (size_t done = 0; done < requests.size();) {
    const size_t count = datagramLength(requests.subspan(done));
    Status ran =
        Conversation(socket, requests.subspan(done, count), buffer, std::span<Answer>(answers).subspan(done, count))
            .run();
    if (!ran) return ran.error();
    done += count;
  }
  return answers;
}

}  // namespace netplumb
