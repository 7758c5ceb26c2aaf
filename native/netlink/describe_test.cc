#include "netlink/describe.h"

#include <doctest/doctest.h>

namespace netplumb {

namespace {

extern const Schema tree;

constexpr HeaderField kHeader[] = {{"size", Kind::u8, 0}};
constexpr Choice kChoices[] = {{"tree", &tree}};
constexpr Field kFields[] = {
    {1, "label", Kind::string},
    {2, "branch", Kind::message, &tree},
    {.type = 3, .name = "fruit", .kind = Kind::selected, .selector = "label", .choices = kChoices},
};
constinit const Schema tree{"tree", 1, kHeader, kFields};

Value::Object member(const char* name, const char* kind) { return {{"name", name}, {"kind", kind}}; }

TEST_CASE("A table that nests in itself is described once, header first") {
  constexpr MessageType kMessages[] = {{7, "NEWTREE", &tree}, {8, "DELTREE", &tree}};

  Value::Object branch = member("branch", "message");
  branch.push_back({"schema", "tree"});
  Value::Object fruit = member("fruit", "selected");
  fruit.push_back({"selector", "label"});
  fruit.push_back({"choices", Value::List{Value::Object{{"key", "tree"}, {"schema", "tree"}}}});

  const Value expected = Value::Object{
      {"messages", Value::List{Value::Object{{"number", 7}, {"name", "NEWTREE"}, {"schema", "tree"}},
                               Value::Object{{"number", 8}, {"name", "DELTREE"}, {"schema", "tree"}}}},
      {"schemas",
       Value::Object{{"tree", Value::List{member("size", "u8"), member("label", "string"), branch, fruit}}}}};
  CHECK(describe(kMessages) == expected);
}

}  // namespace

}  // namespace netplumb
