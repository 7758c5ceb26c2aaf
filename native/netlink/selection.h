#pragma once

#include <string_view>

#include "netlink/schema.h"
#include "netlink/value.h"

namespace netplumb {

/// The schema that a `selected` field has under `key`; nullptr when nothing is known of that key.
const Schema* choose(const Field& field, std::string_view key);

/// The same, with the key looked up among the members that stand beside the field.
const Schema* choose(const Field& field, const Value::Object& siblings);

}  // namespace netplumb
