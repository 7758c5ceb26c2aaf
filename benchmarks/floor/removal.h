// Ways to remove many endpoints at once.
#pragma once

#include <string>

namespace netplumb::bench {

/**
 * Removes endpoints 0 to `count` - 1 from the caller's namespace.
 *
 * `way`: "group" puts up to `chunk` host ends into a group of their own and deletes the group with one request;
 * "single" sends one RTM_DELLINK for each; "command" runs `ip link del` for each; "sandboxes" destroys the
 * namespaces and waits until the kernel has taken the links away.
 * Returns the microseconds it took. An unknown way ends the process.
 */
double removeEndpoints(const std::string& way, int count, int chunk);

}  // namespace netplumb::bench
