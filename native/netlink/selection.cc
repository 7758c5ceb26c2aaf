#include "netlink/selection.h"

#include <string>

namespace netplumb {

const Schema* choose(const Field& field, std::string_view key) {
  for (const Choice& choice : field.choices) {
    if (choice.key == key || choice.key.empty()) return choice.schema;
  }
  return nullptr;
}

const Schema* choose(const Field& field, const Value::Object& siblings) {
  for (const Member& sibling : siblings) {
    if (sibling.name != field.selector) continue;
    if (const std::string* text = sibling.value.get<std::string>()) return choose(field, *text);
    if (const int64_t* number = sibling.value.get<int64_t>()) return choose(field, std::to_string(*number));
  }
  return choose(field, "");
}

}  // namespace netplumb
