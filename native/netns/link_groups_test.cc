#include "netns/link_groups.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include "netns/test_support.h"
#include "rtnetlink/test_network.h"

namespace netplumb::testing {

namespace {

constexpr uint32_t kGroup = 1u << 30;

struct Pair : TestNetwork {
  Pair() {
    create(RTM_NEWLINK, Object{{"name", "one"},
                               {"index", 77},
                               {"info", Object{{"kind", "veth"},
                                               {"data", Object{{"peer", Object{{"name", "other"}, {"index", 78}}}}}}}});
  }
};

int64_t groupOf(Pair& pair, const char* name) {
  const Value link = pair.get(RTM_GETLINK, Object{{"name", name}});
  const Value* group = link.find("group");
  REQUIRE(group != nullptr);
  return *group->get<int64_t>();
}

}  // namespace

TEST_CASE("links are put into a group, and nobody else's is") {
  Pair pair;
  const std::vector<LinkName> both{{"one", 77}, {"other", 78}};
  for (const Status& grouped : groupLinks(both, kGroup)) must(grouped);
  CHECK(groupOf(pair, "one") == kGroup);
  CHECK(groupOf(pair, "other") == kGroup);
  CHECK(groupOf(pair, "lo") == 0);
}

TEST_CASE("a link that has taken another's name is left alone") {
  Pair pair;
  const std::vector<LinkName> links{{"one", 78}, {"other", 78}};
  const auto results = groupLinks(links, kGroup);
  CHECK(mustFail(results[0]).number == ENODEV);
  must(results[1]);
  CHECK(groupOf(pair, "one") == 0);
}

TEST_CASE("what is no link is told") {
  Pair pair;
  const std::vector<LinkName> links{
      {"gone", 5}, {"../virtual/net/one", 77}, {"", 77}, {"..", 77}, {std::string("one\0", 4), 77}};
  const auto results = groupLinks(links, kGroup);
  CHECK(mustFail(results[0]).number == ENODEV);
  for (size_t i = 1; i < results.size(); ++i) CHECK(mustFail(results[i]).number == EINVAL);
  CHECK(groupOf(pair, "one") == 0);
}

}  // namespace netplumb::testing
