#include "process/environment.h"

#include <doctest/doctest.h>

namespace netplumb::testing {

using Variables = std::vector<std::string>;

TEST_CASE("a variable takes the place of the one of its name, and of no other") {
  const Variables before = {"A=1", "AB=2", "B=", "A.B=3"};
  CHECK(changed(before, {}) == before);
  CHECK(changed(before, {"A=x"}) == Variables{"AB=2", "B=", "A.B=3", "A=x"});
  CHECK(changed(before, {"B=A=1"}) == Variables{"A=1", "AB=2", "A.B=3", "B=A=1"});
  CHECK(changed(before, {"C=new"}) == Variables{"A=1", "AB=2", "B=", "A.B=3", "C=new"});
}

TEST_CASE("of several of one name there is one in the end, the last") {
  CHECK(changed({"A=1", "A=2", "B=3"}, {"A=4", "C=5", "A="}) == Variables{"B=3", "C=5", "A="});
}

TEST_CASE("what is no variable stays, and bytes are bytes") {
  CHECK(changed({"", "odd", "\xff=\xfe"}, {"A=\xff\n"}) == Variables{"", "odd", "\xff=\xfe", "A=\xff\n"});
}

}  // namespace netplumb::testing
