#include "netlink/message_builder.h"

#include <limits>

namespace netplumb {

namespace {

constexpr size_t kTypicalMessage = 256;

size_t aligned(size_t length) { return (length + NLMSG_ALIGNTO - 1) & ~static_cast<size_t>(NLMSG_ALIGNTO - 1); }

}  // namespace

MessageBuilder::MessageBuilder(uint16_t type, uint16_t flags) {
  bytes_.reserve(kTypicalMessage);
  bytes_.resize(NLMSG_HDRLEN);
  nlmsghdr message{};
  message.nlmsg_type = type;
  message.nlmsg_flags = flags;
  std::memcpy(bytes_.data(), &message, sizeof message);
}

size_t MessageBuilder::header(size_t size) {
  const size_t offset = bytes_.size();
  bytes_.resize(offset + aligned(size));
  return offset;
}

void MessageBuilder::patch(size_t offset, std::span<const uint8_t> bytes) {
  if (bytes.empty()) return;
  std::memcpy(bytes_.data() + offset, bytes.data(), bytes.size());
}

void MessageBuilder::attribute(uint16_t type, std::span<const uint8_t> payload) {
  const size_t start = open(type);
  bytes_.insert(bytes_.end(), payload.begin(), payload.end());
  setLength(start, bytes_.size() - start);
  bytes_.resize(aligned(bytes_.size()));
}

bool MessageBuilder::finish(std::vector<uint8_t>& out) {
  if (failed_ || bytes_.size() > std::numeric_limits<uint32_t>::max()) return false;
  const auto length = static_cast<uint32_t>(bytes_.size());
  std::memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
  out = std::move(bytes_);
  return true;
}

size_t MessageBuilder::open(uint16_t type) {
  const size_t start = bytes_.size();
  bytes_.resize(start + NLA_HDRLEN);
  std::memcpy(bytes_.data() + start + offsetof(nlattr, nla_type), &type, sizeof type);
  return start;
}

void MessageBuilder::close(size_t start) { setLength(start, bytes_.size() - start); }

void MessageBuilder::setLength(size_t start, size_t length) {
  if (length > std::numeric_limits<uint16_t>::max()) {
    failed_ = true;
    return;
  }
  const auto value = static_cast<uint16_t>(length);
  std::memcpy(bytes_.data() + start + offsetof(nlattr, nla_len), &value, sizeof value);
}

}  // namespace netplumb
