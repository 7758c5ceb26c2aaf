#include "netlink/selection.h"

#include "netlink/test_schema.h"
#include "netlink/test_support.h"

namespace netplumb::testing {

namespace {

using namespace all_kinds;

constexpr Field kByText{.type = 1, .name = "data", .kind = Kind::selected, .selector = "kind", .choices = kChoices};
constexpr Field kByNumber{
    .type = 1, .name = "data", .kind = Kind::selected, .selector = "family", .choices = kByFamily};

}  // namespace

TEST_CASE("selection: by a sibling's text") {
  CHECK(choose(kByText, "inside") == &kInside);
  CHECK(choose(kByText, "pair") == &kPair);
  CHECK(choose(kByText, "insid") == nullptr);
  CHECK(choose(kByText, "") == nullptr);
  CHECK(choose(kByText, Object{{"other", "pair"}, {"kind", "inside"}}) == &kInside);
  CHECK(choose(kByText, Object{{"other", "pair"}}) == nullptr);
  CHECK(choose(kByText, Object{{"kind", true}}) == nullptr);
}

TEST_CASE("selection: by a number, with one for all the others") {
  CHECK(choose(kByNumber, Object{{"family", 7}}) == &kInside);
  CHECK(choose(kByNumber, Object{{"family", 77}}) == &kOptions);
  CHECK(choose(kByNumber, Object{}) == &kOptions);
}

}  // namespace netplumb::testing
