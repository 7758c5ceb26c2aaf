#include "engine/plan.h"

#include <errno.h>

#include "engine/test_plan.h"

namespace netplumb::testing {

namespace {

const char* const kSteps[] = {"namespace", "link", "mark", "address", "port", "ready"};

std::string failure(const PlanOutcome& outcome) {
  return outcome.error ? outcome.failedStep + ": " + show(*outcome.error) : "";
}

/// What `ip -br` would say of the sandbox: its links, their state, the addresses.
std::set<std::string> sandboxState(const NetnsRef& sandbox) {
  return lookInside(sandbox, [] {
    std::set<std::string> state;
    std::vector<uint8_t> buffer(kReceiveBuffer);
    Socket socket = must(Socket::open(NETLINK_ROUTE));
    for (const uint16_t number : {RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE}) {
      const bool isLink = number == RTM_GETLINK;
      Request request = requestFor(number, 0, isLink ? Object{} : Object{{"family", AF_INET}});
      for (const auto& payload : must(dump(socket, request, buffer))) {
        const Value value = must(decode(*request.type->body, payload));
        const auto text = [&](const char* name) {
          const Value* member = value.find(name);
          return member == nullptr ? std::string() : show(*member);
        };
        if (isLink) {
          const bool up = (*value.find("flags")->get<int64_t>() & IFF_UP) != 0;
          state.insert(text("name") + (up ? " up " : " down ") + text("address"));
        } else if (number == RTM_GETADDR) {
          state.insert(text("local") + "/" + text("prefixLength") + " on " + text("index"));
        } else if (value.find("gateway") != nullptr) {
          state.insert("route via " + text("gateway"));
        }
      }
    }
    return state;
  });
}

/// As of `endpoint`.
const std::set<std::string> kEndpointState{"\"lo\" up \"00:00:00:00:00:00\"", "\"eth0\" up \"02:42:ac:11:00:02\"",
                                           "\"127.0.0.1\"/8 on 1", "\"172.17.0.2\"/16 on 2",
                                           "route via \"172.17.0.1\""};

}  // namespace

TEST_CASE("a plan for a process's namespace is carried out, and says how long each step took") {
  PlanHost host;
  const Container container;
  Plan plan = host.endpoint(NetnsPid{container.pid()}, PlanHost::at("web"),
                            "/proc/" + std::to_string(container.pid()) + "/ns/net");
  const PlanOutcome outcome = carryOut(host.worker, plan);
  CHECK(failure(outcome) == "");
  CHECK(outcome.failedStep == "");
  CHECK(outcome.leftovers.empty());
  REQUIRE(outcome.times.size() == std::size(kSteps));
  for (size_t i = 0; i < outcome.times.size(); ++i) {
    CHECK(outcome.times[i].name == kSteps[i]);
    CHECK(outcome.times[i].microseconds > 0);
    CHECK(outcome.times[i].microseconds < 10e6);
  }
  CHECK(sandboxState(NetnsPid{container.pid()}) == kEndpointState);
  const uint64_t cookie =
      lookInside(NetnsPid{container.pid()}, [] { return namespaceCookie(must(Socket::open(NETLINK_ROUTE)).fd()); });
  CHECK(outcome.cookie == cookie);
  host.checkLink(PlanHost::kHostEnd, Object{{"alias", "netplumb sandbox web"}, {"master", host.index("br0")}});
  CHECK(must(Namespace::atPath(PlanHost::at("web"))) == must(Namespace::ofPid(container.pid())));
}

TEST_CASE("a plan for a new namespace pins it, and the pin is all that holds it") {
  PlanHost host;
  Plan plan = host.endpoint(NetnsNew{}, PlanHost::at("web"));
  const auto before = openDescriptors();
  const PlanOutcome outcome = carryOut(host.worker, plan);
  CHECK(failure(outcome) == "");
  CHECK(openDescriptors() == before);
  CHECK(sandboxState(NetnsPath{PlanHost::at("web")}) == kEndpointState);
  CHECK(host.traces().links.contains(PlanHost::kHostEnd));

  must(unpin(PlanHost::at("web")));
  // The kernel takes a namespace apart in its own time, and the pair with it.
  for (int i = 0; i < 1000 && host.traces().links.contains(PlanHost::kHostEnd); ++i) usleep(10'000);
  CHECK_FALSE(host.traces().links.contains(PlanHost::kHostEnd));
}

TEST_CASE("a plan for a namespace by path and by descriptor") {
  PlanHost host;
  for (const bool byPath : {true, false}) {
    CAPTURE(byPath);
    const Container container;
    const std::string path = "/proc/" + std::to_string(container.pid()) + "/ns/net";
    const Namespace held = must(Namespace::atPath(path));
    Plan plan = host.endpoint(byPath ? NetnsRef(NetnsPath{path}) : NetnsRef(NetnsFd{held.fd()}));
    CHECK(failure(carryOut(host.worker, plan)) == "");
    CHECK(sandboxState(NetnsFd{held.fd()}) == kEndpointState);
    host.accept(RTM_DELLINK, 0, Object{{"name", PlanHost::kHostEnd}});
  }
}

TEST_CASE("a plan leaves nothing open, and the slot empty") {
  PlanHost host;
  const Container container;
  const Traces before = host.traces();
  Plan plan = host.endpoint(NetnsPid{container.pid()});
  CHECK(failure(carryOut(host.worker, plan)) == "");
  Traces after = host.traces();
  CHECK(after.links.erase(PlanHost::kHostEnd) == 1);
  CHECK(after == before);
  CHECK(must(Namespace::ofFd(host.worker.sandboxSlot())) == host.worker.home());
}

TEST_CASE("a plan for the host's own namespace is refused before it touches anything") {
  PlanHost host;
  const Traces before = host.traces();
  for (const NetnsRef& self : {NetnsRef(NetnsPath{"/proc/thread-self/ns/net"}), NetnsRef(NetnsPid{gettid()})}) {
    Plan plan = host.endpoint(self);
    const PlanOutcome outcome = carryOut(host.worker, plan);
    REQUIRE(outcome.error.has_value());
    CHECK(outcome.error->number == EXDEV);
    CHECK(outcome.error->operation == "netns");
    CHECK(host.traces() == before);
  }
}

TEST_CASE("a plan without steps prepares the namespace") {
  PlanHost host;
  Plan plan;
  plan.sandbox = NetnsNew{};
  plan.pin = PlanHost::at("empty");
  plan.sysctls = {{"ipv4/ip_forward", "1"}, {"no/such/parameter", "1", true}};
  const PlanOutcome outcome = carryOut(host.worker, plan);
  CHECK(failure(outcome) == "");
  CHECK(outcome.times.size() == 1);
  CHECK(sandboxState(NetnsPath{plan.pin}) == std::set<std::string>{"\"lo\" down \"00:00:00:00:00:00\""});
  const std::string forward =
      lookInside(NetnsPath{plan.pin}, [] { return must(SysctlTree().replace({"ipv4/ip_forward", "1"})).former; });
  CHECK(forward == "1");
}

TEST_CASE("an optional step that the kernel refuses does not stop the plan") {
  PlanHost host;
  const Container container;
  Plan plan = host.endpoint(NetnsPid{container.pid()});
  Step optional{.name = "optional", .optional = true, .requests = {impossibleRequest()}};
  plan.steps.insert(plan.steps.begin() + 1, optional);
  CHECK(failure(carryOut(host.worker, plan)) == "");
  CHECK(sandboxState(NetnsPid{container.pid()}) == kEndpointState);
}

TEST_CASE("one after another, each in a sandbox of its own") {
  PlanHost host;
  const Traces before = host.traces();
  for (int i = 0; i < 50; ++i) {
    const Container container;
    Plan plan = host.endpoint(NetnsPid{container.pid()});
    REQUIRE(failure(carryOut(host.worker, plan)) == "");
    host.accept(RTM_DELLINK, 0, Object{{"name", PlanHost::kHostEnd}});
  }
  CHECK(host.traces() == before);
}

}  // namespace netplumb::testing
