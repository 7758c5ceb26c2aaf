#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace netplumb {

struct Attribute {
  uint16_t type;                     ///< without NLA_F_NESTED and NLA_F_NET_BYTEORDER
  std::span<const uint8_t> payload;  ///< inside the reader's bytes
  size_t offset;                     ///< of the attribute's header from the start of the reader's bytes
};

/// Walks a run of attributes and cannot leave it. A header that is cut short, or a length that is less than a header
/// or more than what is left, ends the walk and is told by `malformed`.
class AttributeReader {
 public:
  explicit AttributeReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  std::optional<Attribute> next();

  bool malformed() const { return malformed_; }

 private:
  std::span<const uint8_t> bytes_;
  size_t position_ = 0;
  bool malformed_ = false;
};

}  // namespace netplumb
