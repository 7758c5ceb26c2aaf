#include "process/environment.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace netplumb {

namespace {

std::string_view nameOf(std::string_view variable) { return variable.substr(0, variable.find('=')); }

}  // namespace

std::vector<std::string> changed(std::vector<std::string> environment, const std::vector<std::string>& changes) {
  for (const std::string& change : changes) {
    std::erase_if(environment, [name = nameOf(change)](const auto& variable) { return nameOf(variable) == name; });
    environment.push_back(change);
  }
  return environment;
}

}  // namespace netplumb
