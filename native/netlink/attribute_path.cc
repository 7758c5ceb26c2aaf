#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

#include "netlink/attribute_reader.h"
#include "netlink/codec.h"
#include "netlink/selection.h"

namespace netplumb {

namespace {

using Payload = std::span<const uint8_t>;

/// The schema that describes the inside of `field`, as far as it can be known from the bytes; nullptr for scalars.
const Schema* inner(const Schema& schema, const Field& field, Payload attributes) {
  if (field.kind != Kind::selected) return field.schema;
  AttributeReader reader(attributes);
  while (auto attribute = reader.next()) {
    for (const Field& sibling : schema.fields) {
      if (sibling.type != attribute->type || sibling.name != field.selector) continue;
      const std::string_view key(reinterpret_cast<const char*>(attribute->payload.data()),
                                 strnlen(reinterpret_cast<const char*>(attribute->payload.data()),
                                         attribute->payload.size()));
      return choose(field, key);
    }
  }
  return nullptr;
}

/// `payload` is what `schema` describes, header first; `offset` counts from its start.
std::string path(const Schema& schema, Payload payload, size_t offset) {
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
    const Schema* inside = offset < content ? nullptr : inner(schema, *field, attributes);
    if (inside == nullptr) return name;
    const std::string rest = path(*inside, attribute->payload, offset - content);
    return rest.empty() ? name : name + "." + rest;
  }
  return "";
}

}  // namespace

std::string attributePath(const Schema& schema, std::span<const uint8_t> message, size_t offset) {
  if (message.size() < NLMSG_HDRLEN || offset < NLMSG_HDRLEN) return "";
  return path(schema, message.subspan(NLMSG_HDRLEN), offset - NLMSG_HDRLEN);
}

}  // namespace netplumb
