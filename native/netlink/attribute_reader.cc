#include "netlink/attribute_reader.h"

#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

namespace netplumb {

std::optional<Attribute> AttributeReader::next() {
  const size_t left = bytes_.size() - position_;
  if (left == 0 || malformed_) return std::nullopt;
  nlattr header;
  if (left < sizeof header) {
    malformed_ = true;
    return std::nullopt;
  }
  std::memcpy(&header, bytes_.data() + position_, sizeof header);
  if (header.nla_len < NLA_HDRLEN || header.nla_len > left) {
    malformed_ = true;
    return std::nullopt;
  }
  Attribute attribute{static_cast<uint16_t>(header.nla_type & NLA_TYPE_MASK),
                      bytes_.subspan(position_ + NLA_HDRLEN, header.nla_len - NLA_HDRLEN), position_};
  // The last attribute's padding may be missing.
  position_ += std::min<size_t>(NLA_ALIGN(header.nla_len), left);
  return attribute;
}

}  // namespace netplumb
