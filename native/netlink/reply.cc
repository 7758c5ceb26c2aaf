#include "netlink/reply.h"

#include <errno.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

#include "netlink/attribute_reader.h"
#include "netlink/codec.h"

namespace netplumb {

namespace {

/// MAX_ERRNO in include/linux/err.h.
constexpr int kLargestErrno = 4095;

/// Extended acknowledgement (Documentation/userspace-api/netlink/intro.rst, "Ext ACK"): text, and the offset of the
/// offending attribute. What makes no sense is passed over.
void readExtendedAck(std::span<const uint8_t> bytes, const Request& request, Error& error) {
  AttributeReader reader(bytes);
  while (auto attribute = reader.next()) {
    const auto payload = attribute->payload;
    if (attribute->type == NLMSGERR_ATTR_MSG) {
      error.message.assign(payload.begin(), std::find(payload.begin(), payload.end(), 0));
    } else if (attribute->type == NLMSGERR_ATTR_OFFS && payload.size() == sizeof(uint32_t)) {
      uint32_t offset;
      std::memcpy(&offset, payload.data(), sizeof offset);
      error.attribute = attributePath(*request.type->body, request.message, offset);
    }
  }
}

}  // namespace

std::optional<Reply> ReplyReader::next() {
  if (datagram_.empty() || malformed_) return std::nullopt;
  nlmsghdr header;
  if (datagram_.size() < sizeof header) {
    malformed_ = true;
    return std::nullopt;
  }
  std::memcpy(&header, datagram_.data(), sizeof header);
  if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram_.size()) {
    malformed_ = true;
    return std::nullopt;
  }
  const Reply reply{header.nlmsg_type, header.nlmsg_flags, header.nlmsg_seq, header.nlmsg_pid,
                    datagram_.subspan(sizeof header, header.nlmsg_len - sizeof header)};
  datagram_ = datagram_.subspan(std::min<size_t>(NLMSG_ALIGN(header.nlmsg_len), datagram_.size()));
  return reply;
}

Status verdict(const Reply& reply, const Request& request) {
  const std::string operation(request.type->name);
  // struct nlmsgerr begins with the error; NLMSG_DONE carries the same in the same place.
  int32_t code;
  if (reply.payload.size() < sizeof code) return Error{EBADMSG, operation, "acknowledgement cut short"};
  std::memcpy(&code, reply.payload.data(), sizeof code);
  if (code == 0) return Done{};
  if (code > 0 || code < -kLargestErrno) return Error{EBADMSG, operation, "acknowledgement of an impossible error"};
  Error error{-code, operation};
  if ((reply.flags & NLM_F_ACK_TLVS) != 0) {
    size_t start = sizeof code;
    if (reply.type == NLMSG_ERROR) {
      // The request's own header follows, and its payload too unless the acknowledgement is capped.
      start = sizeof(nlmsgerr);
      if ((reply.flags & NLM_F_CAPPED) == 0) start += NLMSG_ALIGN(request.message.size()) - NLMSG_HDRLEN;
    }
    if (start <= reply.payload.size()) readExtendedAck(reply.payload.subspan(start), request, error);
  }
  return error;
}

}  // namespace netplumb
