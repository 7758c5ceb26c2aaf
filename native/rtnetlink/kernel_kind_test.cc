#include <linux/if_link.h>

#include "rtnetlink/test_network.h"

// Link kinds that a kernel may have been built without: there, it must say so.

namespace netplumb::testing {

namespace {

/// Creates a link of the kind and reads back what it was created with. False when the kernel lacks the kind.
bool checkKind(Conversation& network, const char* kind, const Object& data) {
  network.createPair("eth0", "p0");
  Object body{{"name", "x0"}, {"info", Object{{"kind", kind}, {"data", data}}}};
  if (std::string_view(kind).starts_with("mac")) body.push_back({"link", network.index("eth0")});
  const Answer answer = network.ask(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, body);
  if (answer.error && answer.error->number == EOPNOTSUPP) {
    MESSAGE("this kernel lacks ", kind);
    return false;
  }
  REQUIRE(reason(answer) == "");
  network.checkLink("x0", Object{{"info", Object{{"kind", kind}, {"data", data}}}});
  return true;
}

}  // namespace

TEST_CASE_FIXTURE(TestNetwork, "kernel: macvlan") {
  checkKind(*this, "macvlan",
            Object{{"mode", MACVLAN_MODE_BRIDGE}, {"flags", MACVLAN_FLAG_NODST}, {"broadcastQueueLength", 2000}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: macvlan queueing broadcasts for few receivers too") {
  if (!checkKind(*this, "macvlan", Object{{"mode", MACVLAN_MODE_BRIDGE}})) return;
  accept(
      RTM_NEWLINK, 0,
      Object{{"index", index("x0")}, {"info", Object{{"kind", "macvlan"}, {"data", Object{{"broadcastCutoff", -1}}}}}});
  const Value x0 = link("x0");
  const Value* cutoff = x0.find("info")->find("data")->find("broadcastCutoff");
  if (cutoff == nullptr) {
    MESSAGE("this kernel is older than 6.3");
  } else {
    CHECK(*cutoff == -1);
  }
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: macvtap") {
  checkKind(*this, "macvtap", Object{{"mode", MACVLAN_MODE_PRIVATE}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: macvlan admitting listed senders only") {
  if (!checkKind(*this, "macvlan", Object{{"mode", MACVLAN_MODE_SOURCE}})) return;
  accept(RTM_NEWLINK, 0,
         Object{{"index", index("x0")},
                {"info", Object{{"kind", "macvlan"},
                                {"data", Object{{"addressMode", MACVLAN_MACADDR_SET},
                                                {"sourceAddresses", List{"02:42:0a:00:00:01"}}}}}}});
  checkLink("x0", Object{{"info", Object{{"data", Object{{"sourceAddressCount", 1},
                                                         {"sourceAddresses", List{"02:42:0a:00:00:01"}}}}}}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: vxlan over IPv4") {
  checkKind(*this, "vxlan",
            Object{{"id", 0xffffff},
                   {"group", "192.0.2.9"},
                   {"local", "10.1.0.2"},
                   {"ttl", 16},
                   {"tos", 4},
                   {"learning", 0},
                   {"ageing", 600},
                   {"limit", 500},
                   {"portRange", Object{{"low", 10000}, {"high", 20000}}},
                   {"proxy", 1},
                   {"rsc", 1},
                   {"l2miss", 1},
                   {"l3miss", 1},
                   {"port", 4789},
                   {"udpCsum", 1},
                   {"remCsumTx", 1},
                   {"remCsumRx", 1},
                   {"gbp", true},
                   {"remCsumNoPartial", true},
                   {"df", VXLAN_DF_SET}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: vxlan over IPv6") {
  checkKind(*this, "vxlan",
            Object{{"id", 43},
                   {"group6", "fd00::9"},
                   {"local6", "fd00::2"},
                   {"port", 4790},
                   {"ttlInherit", true},
                   {"label", 0x12345},
                   {"udpZeroCsum6Tx", 1},
                   {"udpZeroCsum6Rx", 1}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: vxlan with each packet saying where it goes") {
  checkKind(*this, "vxlan", Object{{"collectMetadata", 1}, {"learning", 0}, {"port", 4791}});
}

}  // namespace netplumb::testing
