#pragma once

#include <string>
#include <vector>

namespace netplumb {

/// An environment (NAME=VALUE) with variables added: each takes the place of the one of its name. Of several of one
/// name among `changes` the last counts.
std::vector<std::string> changed(std::vector<std::string> environment, const std::vector<std::string>& changes);

}  // namespace netplumb
