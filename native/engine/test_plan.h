#pragma once

#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/mount.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/plan.h"
#include "engine/worker.h"
#include "netns/pin.h"
#include "netns/test_support.h"
#include "rtnetlink/messages.h"
#include "rtnetlink/test_network.h"

// For tests only.

namespace netplumb::testing {

inline Request requestFor(uint16_t number, uint16_t flags, const Value& body) {
  const MessageType* type = findMessage(number);
  REQUIRE(type != nullptr);
  return Request{must(encode(*type, flags, body)), type};
}

/// One that the kernel refuses: ENODEV.
inline Request impossibleRequest() { return requestFor(RTM_SETLINK, 0, Object{{"name", "nowhere"}, {"mtu", 1500}}); }

inline std::vector<PlanOutcome> carryOut(Worker& worker, std::span<Plan> plans) {
  PlanBatch batch(worker, plans);
  while (!batch.isDone()) batch.next();
  return batch.takeOutcomes();
}

/// One plan alone.
inline PlanOutcome carryOut(Worker& worker, Plan& plan) {
  return std::move(carryOut(worker, std::span(&plan, 1)).front());
}

/// What a plan may leave behind on its host.
struct Traces {
  std::set<std::string> links;
  std::set<std::string> names;
  std::multiset<std::string> mounts;
  /// What they stand for.
  std::multiset<std::string> descriptors;

  bool operator==(const Traces&) const = default;
};

/// A host with a bridge, in which the calling thread stands, and plans for it as the library makes them.
class PlanHost : public TestNetwork {
 public:
  static constexpr char kDirectory[] = "/run/netns";
  static constexpr char kHostEnd[] = "veth0";
  static constexpr uint16_t kNew = NLM_F_CREATE | NLM_F_EXCL;

  PlanHost() : worker(must(Worker::open(NetnsPath{"/proc/thread-self/ns/net"}))) {
    create(RTM_NEWLINK, Object{{"name", "br0"}, {"info", Object{{"kind", "bridge"}}}});
    accept(RTM_NEWLINK, 0, Object{{"name", "br0"}, {"flags", IFF_UP}, {"change", IFF_UP}});
  }
  ~PlanHost() {
    for (const std::string& name : filesIn(kDirectory)) must(unpin(at(name)));
    umount2(kDirectory, MNT_DETACH);
  }

  static std::string at(const std::string& name) { return std::string(kDirectory) + "/" + name; }

  /// An endpoint on the bridge, in steps: link, mark, address, port, ready.
  Plan endpoint(NetnsRef sandbox, std::string pin = "", std::string linkTarget = "") {
    const Value bridge = index("br0");
    const Value slot(worker.sandboxSlot());
    // The kernel heeds the peer's index only when the other end has one, too (veth_newlink in drivers/net/veth.c).
    const Object peer{{"index", 2}, {"name", "eth0"}, {"address", "02:42:ac:11:00:02"}, {"netnsFd", slot}};
    const Object address{
        {"family", AF_INET}, {"prefixLength", 16}, {"index", 2}, {"local", "172.17.0.2"}, {"address", "172.17.0.2"}};
    const Object route{{"family", AF_INET},   {"table", RT_TABLE_MAIN},  {"protocol", RTPROT_BOOT},
                       {"type", RTN_UNICAST}, {"gateway", "172.17.0.1"}, {"oif", 2}};
    const auto up = [](Object which) {
      which.push_back({"flags", IFF_UP});
      which.push_back({"change", IFF_UP});
      return which;
    };
    Plan plan;
    plan.sandbox = std::move(sandbox);
    plan.pin = std::move(pin);
    plan.linkTarget = std::move(linkTarget);
    plan.sysctls = {{"ipv6/conf/default/disable_ipv6", "1"}};
    plan.steps.push_back(
        {.name = "link",
         .requests = {requestFor(RTM_NEWLINK, kNew,
                                 Object{{"index", 4242},
                                        {"name", kHostEnd},
                                        {"info", Object{{"kind", "veth"}, {"data", Object{{"peer", peer}}}}}})},
         .undo = {requestFor(RTM_DELLINK, 0, Object{{"name", kHostEnd}})}});
    plan.steps.push_back(
        {.name = "mark",
         .hostSysctls = {{std::string("ipv6/conf/") + kHostEnd + "/disable_ipv6", "1"}},
         .requests = {requestFor(RTM_SETLINK, 0, Object{{"name", kHostEnd}, {"alias", "netplumb sandbox web"}})}});
    plan.steps.push_back(
        {.name = "address",
         .inside = true,
         .requests = {requestFor(RTM_NEWADDR, kNew, address), requestFor(RTM_SETLINK, 0, up({{"index", 2}})),
                      requestFor(RTM_NEWROUTE, kNew, route)}});
    plan.steps.push_back({.name = "port",
                          .requests = {requestFor(RTM_SETLINK, 0, up({{"name", kHostEnd}, {"master", bridge}}))},
                          .settled = {kHostEnd, "br0"}});
    plan.steps.push_back({.name = "ready",
                          .inside = true,
                          .requests = {requestFor(RTM_SETLINK, 0, up({{"index", 1}}))},
                          .settled = {"eth0"}});
    return plan;
  }

  Traces traces() {
    Traces traces;
    for (const Value& link : list(RTM_GETLINK, Object{})) traces.links.insert(*link.find("name")->get<std::string>());
    traces.names = filesIn(kDirectory);
    traces.mounts = mountsBelow(kDirectory);
    for (const auto& [fd, target] : openDescriptors()) {
      // A socket may have been opened anew, which is another one.
      traces.descriptors.insert(target.starts_with("socket:") ? "socket" : target);
    }
    return traces;
  }

  Worker worker;
};

/// A process with a network namespace of its own, in which nothing has been done yet.
class Container : public Child {
 public:
  Container() : Child([] { return unshare(CLONE_NEWNET) == 0; }) { REQUIRE(started()); }
};

/// Does `look` inside a namespace and comes back.
template <typename Look>
auto lookInside(const NetnsRef& where, Look look) {
  const Namespace home = must(Namespace::current());
  const Namespace target = must(Namespace::open(where));
  REQUIRE(setns(target.fd(), CLONE_NEWNET) == 0);
  auto seen = look();
  REQUIRE(setns(home.fd(), CLONE_NEWNET) == 0);
  return seen;
}

}  // namespace netplumb::testing

namespace doctest {

template <>
struct StringMaker<netplumb::testing::Traces> {
  static String convert(const netplumb::testing::Traces& traces) {
    std::string text;
    const auto add = [&text](const char* what, const auto& names) {
      text += std::string(text.empty() ? "" : "; ") + what + ":";
      for (const std::string& name : names) text += " " + name;
    };
    add("links", traces.links);
    add("names", traces.names);
    add("mounts", traces.mounts);
    add("descriptors", traces.descriptors);
    return text.c_str();
  }
};

}  // namespace doctest
