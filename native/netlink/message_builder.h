#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace netplumb {

/// Writes one netlink message: header, then attributes, nests closed by scope. An attribute too long for its 16-bit
/// length makes the builder fail for good; the caller asks once, at the end (`finish`).
class MessageBuilder {
 public:
  /// Closes its nest when it goes out of scope.
  class Nest {
   public:
    Nest(MessageBuilder& builder, uint16_t type) : builder_(builder), start_(builder.open(type)) {}
    ~Nest() { builder_.close(start_); }
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;

   private:
    MessageBuilder& builder_;
    size_t start_;
  };

  /// Sequence number and port are left zero: whoever sends the message fills them in.
  MessageBuilder(uint16_t type, uint16_t flags);

  /// Reserves `size` zero bytes, padded to 4, for a fixed header; returns their offset in the message.
  size_t header(size_t size);

  /// Copies `bytes` to an offset got from `header`.
  void patch(size_t offset, std::span<const uint8_t> bytes);

  void attribute(uint16_t type, std::span<const uint8_t> payload);

  /// Opens an attribute without NLA_F_NESTED bookkeeping (struct rtnexthop and the like have none): the offset for
  /// `patch`, so that a length can be filled in afterwards.
  size_t size() const { return bytes_.size(); }

  /// Fills in the message's length. Returns false, and leaves `out` alone, when any attribute was too long.
  [[nodiscard]] bool finish(std::vector<uint8_t>& out);

 private:
  size_t open(uint16_t type);
  void close(size_t start);
  void setLength(size_t start, size_t length);

  std::vector<uint8_t> bytes_;
  bool failed_ = false;
};

}  // namespace netplumb
