#pragma once

#include <optional>
#include <string_view>

#include "netlink/value.h"

namespace netplumb {

/// The value that a JSON text in UTF-8 says, as JSON.stringify writes it; nothing when it is none, has a null or a
/// number that is not whole or beyond ±(2^53 − 1), or is nested deeper than 32 levels.
std::optional<Value> valueFromJson(std::string_view json);

}  // namespace netplumb
