// Plans that fail leave nothing behind, or say what they leave.
#include <errno.h>
#include <fcntl.h>

#include <thread>

#include "engine/plan.h"
#include "engine/test_plan.h"
#include "netns/excursion.h"

namespace netplumb::testing {

namespace {

constexpr char kDefaultIpv6[] = "ipv6/conf/default/disable_ipv6";

/// The kinds of sandbox that differ in what has to be undone.
struct Sandbox {
  const char* what;
  NetnsRef ref;
  std::string pin;
  std::string linkTarget;
};

std::vector<Sandbox> sandboxes(const Container& container) {
  const std::string path = "/proc/" + std::to_string(container.pid()) + "/ns/net";
  return {{"new and pinned", NetnsNew{}, PlanHost::at("web"), ""},
          {"new", NetnsNew{}, "", ""},
          {"a process's, linked", NetnsPid{container.pid()}, PlanHost::at("web"), path},
          {"at a path", NetnsPath{path}, "", ""}};
}

/// What a plan may leave behind in a namespace that was there before. `lo` may have been set up by the last step.
std::multiset<std::string> insideOf(const Container& container) {
  return lookInside(NetnsPid{container.pid()}, [] {
    std::multiset<std::string> found;
    std::vector<uint8_t> buffer(kReceiveBuffer);
    Socket socket = must(Socket::open(NETLINK_ROUTE));
    Request request = requestFor(RTM_GETLINK, 0, Object{});
    for (const auto& payload : must(dump(socket, request, buffer))) {
      found.insert(show(*must(decode(*request.type->body, payload)).find("name")));
    }
    found.insert(must(SysctlTree().replace({kDefaultIpv6, "0"})).former);
    return found;
  });
}

/// Carries out a plan that has to fail at `step`, and finds everything as it was.
Error checkUndone(PlanHost& host, Plan& plan, const std::string& step) {
  const Traces before = host.traces();
  const PlanOutcome outcome = carryOut(host.worker, plan);
  CHECK(host.traces() == before);
  CHECK(must(Namespace::current()) == host.worker.home());
  CHECK(outcome.failedStep == step);
  CHECK(outcome.leftovers.empty());
  REQUIRE_FALSE(outcome.times.empty());
  CHECK(outcome.times.back().name == step);
  REQUIRE(outcome.error.has_value());
  return *outcome.error;
}

/// The pin's directory is made at the first use of all.
void makeDirectory() {
  must(insideNew(must(Namespace::current()), [] { return pinCurrent(PlanHost::at("first")); }));
}

}  // namespace

TEST_CASE("a plan that is refused at any of its requests, or cannot settle a link, leaves nothing") {
  PlanHost host;
  makeDirectory();
  const Container container;
  const auto inside = insideOf(container);
  for (const Sandbox& sandbox : sandboxes(container)) {
    const auto plan = [&] { return host.endpoint(sandbox.ref, sandbox.pin, sandbox.linkTarget); };
    const Plan whole = plan();
    for (size_t step = 0; step < whole.steps.size(); ++step) {
      for (size_t request = 0; request < whole.steps[step].requests.size(); ++request) {
        Plan replaced = plan();
        replaced.steps[step].requests[request] = impossibleRequest();
        Plan followed = plan();
        auto& requests = followed.steps[step].requests;
        requests.insert(requests.begin() + static_cast<std::ptrdiff_t>(request) + 1, impossibleRequest());
        for (Plan* failing : {&replaced, &followed}) {
          CAPTURE(std::string(sandbox.what));
          CAPTURE(step);
          CAPTURE(request);
          CHECK(checkUndone(host, *failing, whole.steps[step].name).number == ENODEV);
          CHECK(insideOf(container) == inside);
        }
      }
      Plan unsettled = plan();
      unsettled.steps[step].settled.push_back("nowhere");
      const Error error = checkUndone(host, unsettled, whole.steps[step].name);
      CHECK(error.number == ENODEV);
      CHECK(error.object == "nowhere");
      CHECK(insideOf(container) == inside);
    }
  }
}

TEST_CASE("what a plan has made in the sandbox alone is taken back there") {
  PlanHost host;
  const Container container;
  const auto inside = insideOf(container);
  for (const bool isBroken : {false, true}) {
    CAPTURE(isBroken);
    Plan plan = host.endpoint(NetnsPid{container.pid()});
    // Made by another socket than the host's: only the sandbox's knows its name.
    const Object pair{{"name", std::string("inner")}, {"info", Object{{"kind", std::string("veth")}}}};
    const uint16_t created = NLM_F_CREATE | NLM_F_EXCL;
    Step made{.name = "inner", .inside = true};
    made.requests.push_back(requestFor(RTM_NEWLINK, created, pair));
    made.undo.push_back(requestFor(RTM_DELLINK, 0, Object{{"name", std::string("inner")}}));
    plan.steps.push_back(std::move(made));
    Request failing = impossibleRequest();
    if (isBroken) failing.message.resize(1024 * 1024);
    plan.steps.push_back({.name = "last", .inside = isBroken, .requests = {failing}});
    CHECK(checkUndone(host, plan, "last").number == (isBroken ? EMSGSIZE : ENODEV));
    CHECK(insideOf(container) == inside);
  }
}

TEST_CASE("a plan whose conversation breaks at any step leaves nothing") {
  PlanHost host;
  const Container container;
  const auto inside = insideOf(container);
  // More than the socket takes at once.
  Request broken = impossibleRequest();
  broken.message.resize(1024 * 1024);
  const size_t steps = host.endpoint(NetnsNew{}).steps.size();
  for (size_t step = 0; step < steps; ++step) {
    CAPTURE(step);
    Plan plan = host.endpoint(NetnsPid{container.pid()});
    plan.steps[step].requests.push_back(broken);
    const Error error = checkUndone(host, plan, plan.steps[step].name);
    CHECK(error.number == EMSGSIZE);
    CHECK(error.operation == "sendmsg");
    CHECK(insideOf(container) == inside);
  }
}

TEST_CASE("parameters that cannot be set: on the host, in the sandbox") {
  PlanHost host;
  makeDirectory();
  const Container container;
  const auto inside = insideOf(container);
  for (const Sandbox& sandbox : sandboxes(container)) {
    CAPTURE(std::string(sandbox.what));
    Plan onHost = host.endpoint(sandbox.ref, sandbox.pin, sandbox.linkTarget);
    onHost.steps[1].hostSysctls.push_back({"no/such/parameter", "1"});
    CHECK(checkUndone(host, onHost, "mark").object == "no/such/parameter");
    CHECK(insideOf(container) == inside);

    Plan inSandbox = host.endpoint(sandbox.ref, sandbox.pin, sandbox.linkTarget);
    inSandbox.sysctls.push_back({"ipv4/ip_forward", "x"});
    const Error error = checkUndone(host, inSandbox, "namespace");
    CHECK(error.number == EINVAL);
    CHECK(error.operation == "sysctl");
    CHECK(insideOf(container) == inside);
  }
}

TEST_CASE("sandboxes that cannot be had") {
  PlanHost host;
  makeDirectory();
  const Container container;
  struct Case {
    const char* what;
    NetnsRef sandbox;
    std::string pin;
    int number;
    const char* operation;
  };
  const Case cases[] = {
      {"no such process", NetnsPid{4'194'305}, "", ESRCH, "open"},
      {"no such path", NetnsPath{"/no/such/path"}, "", ENOENT, "open"},
      {"no namespace", NetnsPath{"/dev/null"}, "", EINVAL, "netns"},
      {"no descriptor", NetnsFd{-1}, "", EBADF, "fcntl"},
      {"the new one's name is taken", NetnsNew{}, PlanHost::at("first"), EEXIST, "open"},
      {"the link's name is taken", NetnsPid{container.pid()}, PlanHost::at("first"), EEXIST, "symlink"},
      {"no directory for the new one", NetnsNew{}, "/run/no/such/web", ENOENT, "mkdir"},
      {"no directory for the link", NetnsPid{container.pid()}, "/run/no/such/web", ENOENT, "mkdir"},
  };
  for (const Case& test : cases) {
    CAPTURE(std::string(test.what));
    Plan plan = host.endpoint(test.sandbox, test.pin, "/proc/1/ns/net");
    const Error error = checkUndone(host, plan, "namespace");
    CHECK(error.number == test.number);
    CHECK(error.operation == test.operation);
  }
}

TEST_CASE("a name that is taken stays its owner's") {
  PlanHost host;
  const Container container;
  host.createPair(PlanHost::kHostEnd, "other");
  Plan plan = host.endpoint(NetnsPid{container.pid()});
  CHECK(checkUndone(host, plan, "link").number == EEXIST);
  host.checkLink(PlanHost::kHostEnd, Object{{"name", PlanHost::kHostEnd}});
}

TEST_CASE("a former value of a parameter is given back, whatever it was") {
  PlanHost host;
  const Container container;
  for (const char* former : {"0", "1"}) {
    CAPTURE(former);
    const auto set = [&](const char* value) {
      return lookInside(NetnsPid{container.pid()},
                        [&] { return must(SysctlTree().replace({kDefaultIpv6, value})).former; });
    };
    set(former);
    Plan plan = host.endpoint(NetnsPid{container.pid()});
    plan.steps[0].requests[0] = impossibleRequest();
    checkUndone(host, plan, "link");
    CHECK(set(former) == former);
  }
}

TEST_CASE(
    "parameters are given back when a plan is done, but for those that last; its own link keeps what it was made "
    "with") {
  PlanHost host;
  const Container container;
  const Sysctl forward{"ipv4/ip_forward", "1", false, true};
  Plan plan = host.endpoint(NetnsPid{container.pid()});
  plan.sysctls = {{kDefaultIpv6, "1"}, forward};
  CHECK_FALSE(carryOut(host.worker, plan).error.has_value());
  lookInside(NetnsPid{container.pid()}, [&] {
    SysctlTree tree;
    CHECK(must(tree.read("sys/net/" + std::string(kDefaultIpv6))) == "0");
    CHECK(must(tree.read("sys/net/ipv6/conf/eth0/disable_ipv6")) == "1");
    CHECK(must(tree.read("sys/net/" + forward.path)) == "1");
    return 0;
  });
  host.accept(RTM_DELLINK, 0, Object{{"name", PlanHost::kHostEnd}});
}

TEST_CASE("what cannot be undone is told") {
  PlanHost host;
  const Container container;
  Plan plan = host.endpoint(NetnsPid{container.pid()}, PlanHost::at("web"), "/proc/1/ns/net");
  plan.steps[0].undo = {requestFor(RTM_DELLINK, 0, Object{{"name", "lo"}})};
  plan.steps[2].requests[0] = impossibleRequest();
  plan.steps[2].requests.resize(2);
  const PlanOutcome outcome = carryOut(host.worker, plan);
  REQUIRE(outcome.error.has_value());
  CHECK(outcome.error->number == ENODEV);
  REQUIRE(outcome.leftovers.size() == 1);
  CHECK(outcome.leftovers[0].number == EOPNOTSUPP);
  CHECK(outcome.leftovers[0].operation == "RTM_DELLINK");
  // The rest was undone all the same.
  CHECK_FALSE(host.traces().names.contains("web"));
  host.accept(RTM_DELLINK, 0, Object{{"name", PlanHost::kHostEnd}});
}

TEST_CASE("undoing what is gone already is no leftover") {
  PlanHost host;
  const Container container;
  Plan plan = host.endpoint(NetnsPid{container.pid()});
  plan.steps[0].undo = {
      requestFor(RTM_DELLINK, 0, Object{{"name", PlanHost::kHostEnd}}),
      requestFor(RTM_DELLINK, 0, Object{{"name", PlanHost::kHostEnd}}),
      requestFor(RTM_DELADDR, 0, Object{{"family", AF_INET}, {"index", host.index("br0")}, {"local", "10.0.0.1"}}),
      requestFor(RTM_DELROUTE, 0, Object{{"family", AF_INET}, {"table", RT_TABLE_MAIN}, {"oif", host.index("br0")}}),
      requestFor(RTM_DELRULE, 0, Object{{"family", AF_INET}, {"priority", 77}}),
  };
  plan.steps[3].requests[0] = impossibleRequest();
  checkUndone(host, plan, "port");
}

TEST_CASE("a thread that is lost takes back what is in its reach") {
  PlanHost host;
  makeDirectory();
  const Traces before = host.traces();
  bool lost = false;
  std::thread([&] {
    auto worker = Worker::open(NetnsPath{"/proc/thread-self/ns/net"});
    Plan plan;
    plan.sandbox = NetnsNew{};
    plan.pin = PlanHost::at("web");
    const UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
    dup2(null.get(), worker->home().fd());
    try {
      (void)carryOut(*worker, plan);
    } catch (const ThreadLost&) {
      lost = true;
    }
  }).join();
  CHECK(lost);
  CHECK(host.traces() == before);
}

}  // namespace netplumb::testing
