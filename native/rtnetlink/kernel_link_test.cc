#include <linux/if.h>
#include <linux/if_bridge.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rtnetlink/test_network.h"

// What the tables write, the running kernel takes; what was set is read back.

namespace netplumb::testing {

namespace {

Object ofKind(const char* name, const char* kind) { return Object{{"name", name}, {"info", Object{{"kind", kind}}}}; }

Object ofKind(const char* name, const char* kind, Object data) {
  return Object{{"name", name}, {"info", Object{{"kind", kind}, {"data", std::move(data)}}}};
}

}  // namespace

TEST_CASE_FIXTURE(TestNetwork, "kernel: a veth pair in one message, host end up and on the bridge, peer elsewhere") {
  create(RTM_NEWLINK, ofKind("br0", "bridge"));

  Elsewhere there;
  const Object peer{{"name", "eth0"},   {"address", "02:42:0a:00:00:02"}, {"mtu", 1400}, {"numTxQueues", 1},
                    {"numRxQueues", 1}, {"netnsFd", there.fd()}};
  Object body = ofKind("web-h", "veth", Object{{"peer", peer}});
  const Object own{{"flags", IFF_UP},  {"change", IFF_UP}, {"address", "02:42:0a:00:00:01"}, {"mtu", 1400},
                   {"numTxQueues", 1}, {"numRxQueues", 1}, {"master", index("br0")},         {"group", 7}};
  body.insert(body.end(), own.begin(), own.end());
  create(RTM_NEWLINK, body);

  const Value web = link("web-h");
  CHECK(includes(web, Object{{"address", "02:42:0a:00:00:01"},
                             {"mtu", 1400},
                             {"master", index("br0")},
                             {"group", 7},
                             {"numTxQueues", 1},
                             {"numRxQueues", 1},
                             {"linkNetnsId", 0},
                             {"info", Object{{"kind", "veth"}, {"slaveKind", "bridge"}}}}));
  CHECK((*web.find("flags")->get<int64_t>() & IFF_UP) != 0);

  there.kernel().checkLink("eth0", Object{{"address", "02:42:0a:00:00:02"}, {"mtu", 1400}, {"numTxQueues", 1}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: a peer in the namespace of a process, at a number of our choice") {
  Object body =
      ofKind("web-h", "veth", Object{{"peer", Object{{"name", "eth0"}, {"netnsPid", getpid()}, {"index", 77}}}});
  body.push_back({"index", 76});
  create(RTM_NEWLINK, body);
  checkLink("web-h", Object{{"index", 76}, {"link", 77}});
  checkLink("eth0", Object{{"index", 77}, {"link", 76}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: moving a link and numbering it anew") {
  Elsewhere there;
  createPair("web-h", "eth0");
  accept(RTM_NEWLINK, 0,
         Object{{"index", index("eth0")}, {"netnsFd", there.fd()}, {"newIfindex", 99}, {"name", "eth9"}});
  there.kernel().checkLink("eth9", Object{{"index", 99}, {"link", index("web-h")}});
  CHECK(refused(RTM_GETLINK, 0, Object{{"name", "eth0"}}).number == ENODEV);
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: settings of a link") {
  createPair("web-h", "eth0");
  create(RTM_NEWLINK, ofKind("br0", "bridge"));
  const std::string alias(254, 'a');
  accept(RTM_NEWLINK, 0,
         Object{{"index", index("web-h")},
                {"name", "fifteen-letters"},
                {"mtu", 1450},
                {"txQueueLength", 500},
                {"address", "02:42:0a:00:00:01"},
                {"alias", alias},
                {"group", 7},
                {"master", index("br0")},
                {"afSpec", Object{{"inet", Object{{"conf", Object{{"routeLocalnet", 1}, {"rpFilter", 2}}}}},
                                  {"inet6", Object{{"addrGenMode", IN6_ADDR_GEN_MODE_NONE}}}}}});
  checkLink("fifteen-letters",
            Object{{"mtu", 1450},
                   {"txQueueLength", 500},
                   {"address", "02:42:0a:00:00:01"},
                   {"alias", alias},
                   {"group", 7},
                   {"master", index("br0")},
                   {"afSpec", Object{{"inet", Object{{"conf", Object{{"routeLocalnet", 1}, {"rpFilter", 2}}}}},
                                     {"inet6", Object{{"addrGenMode", IN6_ADDR_GEN_MODE_NONE}}}}}});

  accept(RTM_NEWLINK, 0, Object{{"index", index("fifteen-letters")}, {"change", IFF_UP}, {"master", 0}, {"alias", ""}});
  const Value released = link("fifteen-letters");
  CHECK(released.find("master") == nullptr);
  CHECK(released.find("alias") == nullptr);
  CHECK((*released.find("flags")->get<int64_t>() & IFF_UP) == 0);
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: address family options are for links that exist") {
  Object body = ofKind("web-h", "veth");
  body.push_back({"afSpec", Object{{"inet6", Object{{"addrGenMode", IN6_ADDR_GEN_MODE_NONE}}}}});
  CHECK(refused(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, body).number == EAFNOSUPPORT);
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: other names of a link, one of 127 letters") {
  createPair("web-h", "eth0");
  const std::string longest(127, 'n');
  const Value web = index("web-h");
  accept(RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND,
         Object{{"index", web}, {"altNames", List{longest, "second"}}});
  CHECK(includes(get(RTM_GETLINK, Object{{"altName", longest}}),
                 Object{{"name", "web-h"}, {"altNames", List{longest, "second"}}}));
  accept(RTM_DELLINKPROP, 0, Object{{"index", web}, {"altNames", List{longest}}});
  checkLink("web-h", Object{{"altNames", List{"second"}}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: a bridge with every option") {
  const Object times{
      {"forwardDelay", 200}, {"helloTime", 100},     {"maxAge", 1000},        {"ageingTime", 6000},
      {"stpState", 0},       {"priority", 4096},     {"groupForwardMask", 8}, {"groupAddress", "01:80:c2:00:00:04"},
      {"nfCallIptables", 1}, {"nfCallIp6tables", 1}, {"nfCallArptables", 1}};
  const Object multicast{{"multicastRouter", 2},
                         {"multicastSnooping", 1},
                         {"multicastQueryUseIfaddr", 1},
                         {"multicastQuerier", 1},
                         {"multicastHashMax", 512},
                         {"multicastLastMemberCount", 3},
                         {"multicastStartupQueryCount", 3},
                         {"multicastLastMemberInterval", uint64_t{200}},
                         {"multicastMembershipInterval", uint64_t{27000}},
                         {"multicastQuerierInterval", uint64_t{26500}},
                         {"multicastQueryInterval", uint64_t{13500}},
                         {"multicastQueryResponseInterval", uint64_t{2000}},
                         {"multicastStartupQueryInterval", uint64_t{4000}},
                         {"multicastStatsEnabled", 1},
                         {"multicastIgmpVersion", 3},
                         {"multicastMldVersion", 2}};
  Object options = times;
  options.insert(options.end(), multicast.begin(), multicast.end());
  Object settings = options;
  settings.push_back({"fdbFlush", true});
  settings.push_back(
      {"booleanOptions", Object{{"values", 1U << BR_BOOLOPT_NO_LL_LEARN}, {"mask", 1U << BR_BOOLOPT_NO_LL_LEARN}}});
  create(RTM_NEWLINK, ofKind("br0", "bridge", settings));
  checkLink("br0", Object{{"info", Object{{"kind", "bridge"}, {"data", options}}}});
  checkLink(
      "br0",
      Object{{"info", Object{{"data", Object{{"booleanOptions", Object{{"values", 1U << BR_BOOLOPT_NO_LL_LEARN}}}}}}}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: a bridge port, by way of the bridge and of the link") {
  createPair("web-h", "eth0");
  create(RTM_NEWLINK, ofKind("br0", "bridge"));
  const Value port = index("web-h");
  accept(RTM_NEWLINK, 0, Object{{"index", port}, {"master", index("br0")}});

  const Object first{{"hairpin", 1},  {"isolated", 1}, {"cost", 77},
                     {"priority", 8}, {"learning", 0}, {"unicastFlood", 0}};
  accept(RTM_SETLINK, 0,
         Object{{"family", AF_BRIDGE},
                {"index", port},
                {"protocolInfo", first},
                {"afSpec", Object{{"flags", BRIDGE_FLAGS_MASTER}}}});
  checkLists(RTM_GETLINK, Object{{"family", AF_BRIDGE}}, Object{{"name", "web-h"}, {"protocolInfo", first}});

  const Object second{{"hairpin", 0},          {"isolated", 0},
                      {"bpduGuard", 1},        {"rootBlock", 1},
                      {"fastLeave", 1},        {"multicastToUnicast", 1},
                      {"multicastFlood", 0},   {"broadcastFlood", 0},
                      {"proxyArp", 1},         {"proxyArpWifi", 1},
                      {"groupForwardMask", 8}, {"neighbourSuppress", 1},
                      {"multicastRouter", 2},  {"multicastEhtHostsLimit", 9}};
  Object settings = second;
  settings.push_back({"flush", true});
  accept(RTM_NEWLINK, 0, Object{{"index", port}, {"info", Object{{"slaveKind", "bridge"}, {"slaveData", settings}}}});
  checkLink("web-h", Object{{"info", Object{{"slaveKind", "bridge"}, {"slaveData", second}}}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: a group of links deleted at once") {
  for (const char* name : {"a", "b"}) {
    Object body = ofKind(name, "veth");
    body.push_back({"group", 7});
    create(RTM_NEWLINK, body);
  }
  CHECK(list(RTM_GETLINK, Object{}).size() == 5);  // with lo and the peers
  accept(RTM_DELLINK, 0, Object{{"group", 7}});
  CHECK(list(RTM_GETLINK, Object{}).size() == 1);
  CHECK(refused(RTM_DELLINK, 0, Object{{"index", 4242}}).number == ENODEV);
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: what it does not know, it says so") {
  const Error error = refused(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ofKind("x", "no-such-kind"));
  CHECK(error.number == EOPNOTSUPP);
  CHECK(error.operation == "RTM_NEWLINK");
  CHECK(error.message == "Unknown device type");
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: a refusal names the attribute, however deep") {
  const Object backwards{{"low", 20000}, {"high", 10000}};
  const Error error = refused(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
                              ofKind("vx0", "vxlan", Object{{"id", 42}, {"portRange", backwards}}));
  CHECK(error.number == EINVAL);
  CHECK(error.attribute == "info.data.portRange");
  CHECK_FALSE(error.message.empty());
}

}  // namespace netplumb::testing
