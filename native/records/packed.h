#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace netplumb {

/// A value in the format of records/format.h; nothing when `json`, as JSON.stringify writes it, is none, or is nested
/// deeper than kDeepest. `key`: the text that Tag::kKey stands for, in UTF-16.
std::optional<std::string> packJson(std::u16string_view json, std::u16string_view key);

/// The JSON of a packed value, in ASCII; nothing when `bytes` are none, or more than one.
std::optional<std::string> unpackJson(std::span<const uint8_t> bytes, std::u16string_view key);

}  // namespace netplumb
