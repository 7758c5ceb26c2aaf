#include "netlink/selection.h"

namespace netplumb {

const Schema* choose(const Field& field, std::string_view key) {
  for (const Choice& choice : field.choices) {
    if (choice.key == key) return choice.schema;
  }
  return nullptr;
}

const Schema* choose(const Field& field, const Value::Object& siblings) {
  for (const Member& sibling : siblings) {
    const std::string* key = sibling.name == field.selector ? sibling.value.get<std::string>() : nullptr;
    if (key != nullptr) return choose(field, *key);
  }
  return nullptr;
}

}  // namespace netplumb
