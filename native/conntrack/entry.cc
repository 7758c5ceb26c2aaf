#include "conntrack/entry.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>

#include "netlink/attribute_reader.h"

namespace netplumb {

namespace {

using Bytes = std::span<const uint8_t>;

constexpr size_t kPort = sizeof(uint16_t);
constexpr size_t kNumber = sizeof(uint32_t);

bool readAddresses(Bytes bytes, Direction& direction) {
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) {
    switch (attribute->type) {
      case CTA_IP_V4_SRC:
      case CTA_IP_V6_SRC:
        direction.source = attribute->payload;
        break;
      case CTA_IP_V4_DST:
      case CTA_IP_V6_DST:
        direction.destination = attribute->payload;
        break;
    }
  }
  return !reader.malformed();
}

bool readProtocol(Bytes bytes, Direction& direction) {
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) {
    const Bytes payload = attribute->payload;
    if (attribute->type == CTA_PROTO_NUM && payload.size() == 1) direction.protocol = payload[0];
    if (attribute->type == CTA_PROTO_DST_PORT && payload.size() == kPort) {
      direction.destinationPort = static_cast<uint16_t>(payload[0] << 8 | payload[1]);
    }
  }
  return !reader.malformed();
}

bool readDirection(Bytes bytes, size_t addressLength, Direction& direction) {
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) {
    if (attribute->type == CTA_TUPLE_IP && !readAddresses(attribute->payload, direction)) return false;
    if (attribute->type == CTA_TUPLE_PROTO && !readProtocol(attribute->payload, direction)) return false;
  }
  return !reader.malformed() && direction.source.size() == addressLength &&
         direction.destination.size() == addressLength;
}

}  // namespace

std::optional<Entry> readEntry(Bytes payload) {
  if (payload.size() < sizeof(nfgenmsg)) return std::nullopt;
  Entry entry{};
  entry.family = payload[offsetof(nfgenmsg, nfgen_family)];
  if (entry.family != AF_INET && entry.family != AF_INET6) return std::nullopt;
  const size_t addressLength = entry.family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
  Bytes replyTuple;
  AttributeReader reader(payload.subspan(sizeof(nfgenmsg)));
  while (const auto attribute = reader.next()) {
    switch (attribute->type) {
      case CTA_TUPLE_ORIG:
        entry.originalTuple = attribute->payload;
        break;
      case CTA_TUPLE_REPLY:
        replyTuple = attribute->payload;
        break;
      case CTA_ID:
        entry.id = attribute->payload;
        break;
      case CTA_ZONE:
        entry.zone = attribute->payload;
        break;
    }
  }
  const bool isWhole = !reader.malformed() && entry.id.size() == kNumber &&
                       readDirection(entry.originalTuple, addressLength, entry.original) &&
                       readDirection(replyTuple, addressLength, entry.reply);
  return isWhole ? std::optional(entry) : std::nullopt;
}

}  // namespace netplumb
