#pragma once

#include <napi.h>

namespace netplumb {

/// `packJson(json, key, target, start)`: writes the value into the target from that byte on, and returns where it ends.
/// One that ends behind the target is not written. Throws TypeError.
Napi::Value packJson(const Napi::CallbackInfo& info);

/// `unpackJson(source, start, end, key)`: the value in these bytes as JSON. Throws RangeError.
Napi::Value unpackJson(const Napi::CallbackInfo& info);

}  // namespace netplumb
