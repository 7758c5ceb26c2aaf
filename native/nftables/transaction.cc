#include "nftables/transaction.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <cstddef>
#include <cstring>
#include <utility>

#include "netlink/codec.h"
#include "netlink/reply.h"
#include "nftables/schemas.h"

namespace netplumb {

namespace {

constexpr HeaderField kBatchHeader[] = {
    {"subsystem", Kind::be16, offsetof(nfgenmsg, res_id)},
};
constexpr Field kBatchFields[] = {
    {NFNL_BATCH_GENID, "generation", Kind::be32},
};
constexpr Schema kBatch{"firewall transaction", sizeof(nfgenmsg), kBatchHeader, kBatchFields};

constexpr MessageType kBegin{NFNL_MSG_BATCH_BEGIN, "NFNL_MSG_BATCH_BEGIN", &kBatch, NETLINK_NETFILTER};
constexpr MessageType kEnd{NFNL_MSG_BATCH_END, "NFNL_MSG_BATCH_END", &kBatch, NETLINK_NETFILTER};

Request frame(const MessageType& type, std::optional<uint32_t> generation) {
  Value::Object body{{"subsystem", NFNL_SUBSYS_NFTABLES}};
  if (generation) body.push_back({"generation", *generation});
  // The table above takes all of that.
  return {std::move(encode(type, NLM_F_REQUEST, body).value()), &type};
}

/// One transaction, from its datagram to the last answer.
class Transaction {
 public:
  Transaction(Socket& socket, std::span<Request> requests, std::optional<uint32_t> generation)
      : socket_(socket), requests_(requests), begin_(frame(kBegin, generation)), answers_(requests.size()) {}

  Result<std::vector<Answer>> run(std::span<uint8_t> buffer) {
    Status sent = send();
    if (!sent) return sent.error();
    // The kernel has said all that it has to say by now (see Socket::send); the end is that there is no more.
    for (;;) {
      auto received = socket_.receive(buffer);
      if (!received) {
        if (received.error().number != ENOBUFS) return received.error();
        lost_ = true;
        continue;
      }
      if (received->empty()) break;
      ReplyReader reader(*received);
      while (auto reply = reader.next()) {
        Status taken = take(*reply);
        if (!taken) return taken.error();
      }
      if (reader.malformed()) return broken("a reply cut short");
    }
    return outcome();
  }

 private:
  Status send() {
    std::vector<uint8_t> datagram;
    first_ = socket_.nextSequence();
    append(datagram, begin_, first_, 0);
    for (Request& request : requests_) {
      // The kernel speaks of each request that it refuses. That the last is acknowledged says that the others are done.
      const uint16_t acknowledged = &request == &requests_.back() ? NLM_F_ACK : 0;
      append(datagram, request, socket_.nextSequence(), acknowledged);
    }
    Request end = frame(kEnd, std::nullopt);
    append(datagram, end, socket_.nextSequence(), 0);
    socket_.makeRoomToSend(datagram.size());
    return socket_.send(datagram);
  }

  static void append(std::vector<uint8_t>& datagram, Request& request, uint32_t sequence, uint16_t moreFlags) {
    uint8_t* header = request.message.data();
    uint16_t flags;
    std::memcpy(&flags, header + offsetof(nlmsghdr, nlmsg_flags), sizeof flags);
    flags |= NLM_F_REQUEST | moreFlags;
    std::memcpy(header + offsetof(nlmsghdr, nlmsg_flags), &flags, sizeof flags);
    std::memcpy(header + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof sequence);
    datagram.insert(datagram.end(), request.message.begin(), request.message.end());
    datagram.resize(NLMSG_ALIGN(datagram.size()));
  }

  Status take(const Reply& reply) {
    const uint32_t number = reply.sequence - first_;
    if (reply.port != socket_.port() || number > requests_.size()) return broken("a reply to no request of ours");
    if (reply.type < NLMSG_MIN_TYPE && reply.type != NLMSG_ERROR) return broken("part of a listing");
    Request& request = number == 0 ? begin_ : requests_[number - 1];
    if (reply.type != NLMSG_ERROR) {
      if (number > 0) answers_[number - 1].payload.assign(reply.payload.begin(), reply.payload.end());
      return Done{};
    }
    Status said = verdict(reply, request);
    if (!said && said.error().number == EBADMSG) return broken("an answer that makes no sense");
    if (said) {
      acknowledged_ = acknowledged_ || number == requests_.size();
    } else if (number == 0) {
      refusal_ = said.error();
    } else {
      answers_[number - 1].error = said.error();
      refused_ = true;
    }
    return Done{};
  }

  Result<std::vector<Answer>> outcome() {
    if (refusal_) return *refusal_;
    if (refused_ || acknowledged_) return std::move(answers_);
    if (lost_) return Error{ENOBUFS, "recvmsg", "all answers were lost"};
    return broken("a transaction without an answer");
  }

  static Error broken(const char* how) { return Error{EBADMSG, "NFNL_MSG_BATCH_END", how}; }

  Socket& socket_;
  std::span<Request> requests_;
  Request begin_;
  std::vector<Answer> answers_;
  uint32_t first_ = 0;
  std::optional<Error> refusal_;
  bool refused_ = false;
  bool acknowledged_ = false;
  bool lost_ = false;
};

}  // namespace

Result<std::vector<Answer>> transact(Socket& socket, std::span<Request> requests, std::optional<uint32_t> generation,
                                     std::span<uint8_t> buffer) {
  if (requests.empty()) return std::vector<Answer>();
  return Transaction(socket, requests, generation).run(buffer);
}

bool refusesTransaction(const Error& error) { return error.operation == kBegin.name; }

}  // namespace netplumb
