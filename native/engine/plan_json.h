#pragma once

#include <string_view>
#include <vector>

#include "engine/plan.h"
#include "netlink/result.h"

namespace netplumb {

/// Plans from a JSON text, as JSON.stringify writes them: `[{ sandbox, pin?, linkTarget?, sysctls: [{ path, value,
/// optional?, lasting? }], steps: [{ name, inside, optional?, hostSysctls?, requests: [{ type, flags, body }],
/// settled?, undo }] }]` with `sandbox` one of `{ pid }`, `{ path }`, `{ fd }`, `{ create }`. Writing and reading
/// a text takes half the time of reading JavaScript's objects, each of whose hundred members is several calls.
///
/// EINVAL, EMSGSIZE, operation "encode": a message that cannot be written, or (object "plan") no such text.
Result<std::vector<Plan>> plansFromJson(std::string_view json);

}  // namespace netplumb
