#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace netplumb {

struct Schema;

/// How an attribute's payload is laid out, and what it is as a `Value`.
enum class Kind : uint8_t {
  u8,        ///< integer, host byte order
  u16,       ///< integer, host byte order
  u32,       ///< integer, host byte order
  s32,       ///< signed integer, host byte order
  u64,       ///< uint64_t, host byte order
  be16,      ///< integer, network byte order on the wire
  be32,      ///< integer, network byte order on the wire
  be64,      ///< uint64_t, network byte order on the wire
  flag,      ///< `true` when present, unless it carries a zero (vxlan's ttlInherit); never written when `false`
  string,    ///< text, written with its NUL, read with or without
  bytes,     ///< opaque
  hardware,  ///< link-layer address, "02:42:ac:11:00:02"; six bytes for Ethernet, others where the link has others
  ip,        ///< IPv4 or IPv6 address, told apart by its length
  via,       ///< the same behind its address family in 16 bits (struct rtvia)
  record,    ///< fixed structure: `schema`'s header. Longer payloads of a newer kernel are accepted
  nest,      ///< attributes of `schema`
  wrapped,   ///< nest of `schema`'s only field, whose value stands for it; passed over without. Not for lists' items
  message,   ///< `schema`'s header followed by its attributes (a veth's peer)
  list,      ///< nest of attributes that all are `schema`'s only field
  selected,  ///< nest whose schema is chosen by the sibling or header member `selector`; opaque bytes if none is known
  indexed,   ///< 32-bit options: written as a nest of attributes, read as an array whose n-th element is option n
  hops,      ///< sequence of length-prefixed headers with attributes (struct rtnexthop)
};

/// What a selector's value stands for. An integer's key is its decimal form; an empty key stands for all that have no
/// choice of their own, and comes last.
struct Choice {
  std::string_view key;
  const Schema* schema;
};

/// One attribute: its number, the kernel's constant behind it, is the only thing that the kernel knows of it.
struct Field {
  uint16_t type;
  std::string_view name;
  Kind kind;
  const Schema* schema = nullptr;
  /// For strings the longest length in bytes without the NUL, for integers the largest value, for `ip` the only length
  /// in bytes; 0: what the kind holds.
  uint32_t limit = 0;
  std::string_view selector = {};
  std::span<const Choice> choices = {};
};

/// One member of a message's fixed header, at its offset in the kernel's structure.
struct HeaderField {
  std::string_view name;
  Kind kind;
  uint16_t offset;
};

/// A fixed header (may be empty) and the attributes that follow it. Header members and attributes share one flat set
/// of names, as they share one `Value`.
struct Schema {
  std::string_view name;
  uint16_t headerSize = 0;
  std::span<const HeaderField> header = {};
  std::span<const Field> fields = {};
};

/// One message type of a protocol: RTM_NEWLINK and its like.
struct MessageType {
  uint16_t number;
  std::string_view name;
  const Schema* body;
  /// NETLINK_*: whose message it is; rtnetlink's unless it is said.
  int protocol = 0;
};

}  // namespace netplumb
