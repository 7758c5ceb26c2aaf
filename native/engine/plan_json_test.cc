#include "engine/plan_json.h"

#include <linux/rtnetlink.h>

#include <variant>

#include "netlink/test_result.h"
#include "netlink/test_support.h"
#include "rtnetlink/messages.h"

namespace netplumb::testing {

namespace {

constexpr char kWhole[] =
    R"([{"sandbox":{"path":"/proc/7/ns/net"},"pin":"/run/netns/web","linkTarget":"/proc/7/ns/net",)"
    R"("sysctls":[{"path":"ipv6/conf/default/disable_ipv6","value":"1","optional":true},{"path":"a","value":"b","lasting":true}],)"
    R"("steps":[{"name":"link","inside":false,"optional":true,"requests":[{"type":19,"flags":1536,"body":{"name":"veth0","mtu":1500}}],)"
    R"("hostSysctls":[{"path":"ipv6/conf/veth0/disable_ipv6","value":"1"}],"settled":["veth0","br0"],)"
    R"("undo":[{"type":17,"flags":0,"body":{"name":"veth0"}}]},{"name":"ready","inside":true,"requests":[],"undo":[]}]}])";

/// With one part of it replaced by something else.
std::string with(std::string_view part, std::string_view other) {
  std::string text(kWhole);
  const size_t at = text.find(part);
  REQUIRE(at != text.npos);
  return text.replace(at, part.size(), other);
}

bool isRequest(const Request& request, uint16_t number, uint16_t flags, const Value& body) {
  const MessageType* type = findMessage(number);
  return request.type == type && request.message == must(encode(*type, flags, body));
}

}  // namespace

TEST_CASE("plans from JSON: every member") {
  const auto plans = must(plansFromJson(kWhole));
  REQUIRE(plans.size() == 1);
  const Plan& plan = plans.front();
  CHECK(std::get<NetnsPath>(plan.sandbox).path == "/proc/7/ns/net");
  CHECK(plan.pin == "/run/netns/web");
  CHECK(plan.linkTarget == "/proc/7/ns/net");
  REQUIRE(plan.sysctls.size() == 2);
  CHECK(plan.sysctls[0].path == "ipv6/conf/default/disable_ipv6");
  CHECK(plan.sysctls[0].value == "1");
  CHECK(plan.sysctls[0].optional);
  CHECK_FALSE(plan.sysctls[0].lasting);
  CHECK_FALSE(plan.sysctls[1].optional);
  CHECK(plan.sysctls[1].lasting);
  REQUIRE(plan.steps.size() == 2);
  const Step& link = plan.steps.front();
  CHECK(link.name == "link");
  CHECK_FALSE(link.inside);
  CHECK(link.optional);
  REQUIRE(link.hostSysctls.size() == 1);
  CHECK(link.hostSysctls.front().path == "ipv6/conf/veth0/disable_ipv6");
  CHECK(link.settled == std::vector<std::string>{"veth0", "br0"});
  REQUIRE(link.requests.size() == 1);
  CHECK(isRequest(link.requests.front(), RTM_SETLINK, 1536, Object{{"name", "veth0"}, {"mtu", 1500}}));
  REQUIRE(link.undo.size() == 1);
  CHECK(isRequest(link.undo.front(), RTM_DELLINK, 0, Object{{"name", "veth0"}}));
  CHECK(plan.steps.back().inside);
  CHECK_FALSE(plan.steps.back().optional);
}

TEST_CASE("plans from JSON: what need not be there") {
  const auto plans = must(plansFromJson(R"([{"sandbox":{"create":true},"sysctls":[],"steps":[]},)"
                                        R"({"sandbox":{"pid":7},"sysctls":[],"steps":[]},)"
                                        R"({"sandbox":{"fd":3},"sysctls":[],"steps":[]}])"));
  REQUIRE(plans.size() == 3);
  CHECK(std::holds_alternative<NetnsNew>(plans[0].sandbox));
  CHECK(plans[0].pin.empty());
  CHECK(plans[0].linkTarget.empty());
  CHECK(std::get<NetnsPid>(plans[1].sandbox).pid == 7);
  CHECK(std::get<NetnsFd>(plans[2].sandbox).fd == 3);
  CHECK(must(plansFromJson("[]")).empty());
}

TEST_CASE("plans from JSON: what is missing or of another kind is named") {
  const struct {
    std::string text;
    const char* attribute;
  } cases[] = {
      {R"({})", "plans"},
      {R"([7])", "sandbox"},
      {with(R"({"path":"/proc/7/ns/net"})", "{}"), "sandbox"},
      {with(R"({"path":"/proc/7/ns/net"})", R"({"pid":"7"})"), "pid"},
      {with(R"({"path":"/proc/7/ns/net"})", R"({"fd":4294967296})"), "fd"},
      {with(R"("/run/netns/web")", "7"), "pin"},
      {with(R"("sysctls")", R"("sysctl")"), "sysctls"},
      {with(R"("value":"1")", R"("value":1)"), "sysctl.value"},
      {with(R"("name":"link")", R"("name":[])"), "step.name"},
      {with(R"(["veth0","br0"])", R"(["veth0",0])"), "settled"},
      {with(R"("type":19)", R"("type":65536)"), "request.type"},
      {with(R"("flags":1536)", R"("flags":-1)"), "request.flags"},
      {with(R"("body":{"name":"veth0","mtu":1500})", R"("bodies":{})"), "request.body"},
      {with(R"("requests":[],)", ""), "requests"},
      {with(R"(,"undo":[]}]}])", "}]}]"), "undo"},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    const auto plans = plansFromJson(one.text);
    REQUIRE_FALSE(plans);
    CHECK(plans.error().number == EINVAL);
    CHECK(plans.error().operation == "encode");
    CHECK(plans.error().object == "plan");
    CHECK(plans.error().attribute == one.attribute);
  }
  CHECK_FALSE(plansFromJson("[{"));
}

TEST_CASE("plans from JSON: a message that cannot be written is told of as it is elsewhere") {
  const auto unknown = plansFromJson(with(R"("type":19)", R"("type":65535)"));
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message == "not a known message");
  const auto wrong = plansFromJson(with(R"("mtu":1500)", R"("mtu":"big")"));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().operation == "encode");
  CHECK(wrong.error().object == "RTM_SETLINK");
  CHECK(wrong.error().attribute == "mtu");
}

}  // namespace netplumb::testing
