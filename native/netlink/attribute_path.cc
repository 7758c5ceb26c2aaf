#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

#include "netlink/attribute_reader.h"
#include "netlink/codec.h"
#include "netlink/selection.h"

namespace netplumb {

namespace {

using Payload = std::span<const uint8_t>;

std::string_view text(Payload payload) {
  const char* start = reinterpret_cast<const char*>(payload.data());
  return {start, strnlen(start, payload.size())};
}

/// What the bytes of a message say of its member `name`, as a selector's key; empty when they say nothing.
std::string selectorKey(const Schema& schema, std::string_view name, Payload message, Payload attributes) {
  for (const HeaderField& field : schema.header) {
    // The only headers that select do so by their address family, a byte.
    if (field.name == name && field.offset < message.size()) return std::to_string(message[field.offset]);
  }
  AttributeReader reader(attributes);
  while (auto attribute = reader.next()) {
    for (const Field& field : schema.fields) {
      if (field.type == attribute->type && field.name == name) return std::string(text(attribute->payload));
    }
  }
  return "";
}

/// `payload` is what `schema` describes, header first; `offset` counts from its start.
std::string path(const Schema& schema, Payload payload, size_t offset, int depth) {
  if (depth > kDeepest) return "";
  const size_t header = std::min<size_t>(NLMSG_ALIGN(schema.headerSize), payload.size());
  const Payload attributes = payload.subspan(header);
  AttributeReader reader(attributes);
  while (auto attribute = reader.next()) {
    const size_t start = header + attribute->offset;
    const size_t content = start + NLA_HDRLEN;
    if (offset < start || offset >= content + attribute->payload.size()) continue;
    const auto field = std::find_if(schema.fields.begin(), schema.fields.end(),
                                    [&](const Field& candidate) { return candidate.type == attribute->type; });
    if (field == schema.fields.end()) return "";
    std::string name(field->name);
    // Inside hops, offsets would have to be told apart by hop: their common name has to do.
    if (offset < content || field->kind == Kind::hops) return name;
    const Schema* inside = field->kind == Kind::selected
                               ? choose(*field, selectorKey(schema, field->selector, payload, attributes))
                               : field->schema;
    if (inside == nullptr) return name;
    const std::string rest = path(*inside, attribute->payload, offset - content, depth + 1);
    return rest.empty() ? name : name + "." + rest;
  }
  return "";
}

}  // namespace

std::string attributePath(const Schema& schema, std::span<const uint8_t> message, size_t offset) {
  if (message.size() < NLMSG_HDRLEN || offset < NLMSG_HDRLEN) return "";
  return path(schema, message.subspan(NLMSG_HDRLEN), offset - NLMSG_HDRLEN, 0);
}

}  // namespace netplumb
