#include <linux/icmpv6.h>
#include <netinet/in.h>

#include "rtnetlink/test_network.h"

namespace netplumb::testing {

namespace {

class RoutedNetwork : public TestNetwork {
 public:
  RoutedNetwork() {
    createPair("eth0", "p0");
    eth0 = index("eth0");
    create(RTM_NEWADDR, Object{{"family", AF_INET},
                               {"prefixLength", 16},
                               {"index", eth0},
                               {"local", "10.1.0.2"},
                               {"address", "10.1.0.2"}});
    create(RTM_NEWADDR, Object{{"family", AF_INET6},
                               {"prefixLength", 64},
                               {"index", eth0},
                               {"address", "fd00::2"},
                               {"flags", IFA_F_NODAD}});
  }

 protected:
  Value eth0;
};

}  // namespace

TEST_CASE_FIXTURE(RoutedNetwork, "kernel: a default route with metrics") {
  const Object route{{"family", AF_INET},
                     {"protocol", RTPROT_STATIC},
                     {"scope", RT_SCOPE_UNIVERSE},
                     {"type", RTN_UNICAST},
                     {"gateway", "10.1.0.1"},
                     {"oif", eth0},
                     {"prefSource", "10.1.0.2"},
                     {"priority", 100},
                     {"table", 1000},
                     {"metrics", Object{{"lock", 1 << RTAX_MTU},
                                        {"mtu", 1400},
                                        {"window", 1 << 16},
                                        {"rtt", 80},
                                        {"rttVar", 40},
                                        {"ssThresh", 10},
                                        {"cwnd", 10},
                                        {"advMss", 1360},
                                        {"reordering", 3},
                                        {"hopLimit", 64},
                                        {"initCwnd", 10},
                                        {"features", RTAX_FEATURE_ECN},
                                        {"rtoMin", 200},
                                        {"initRwnd", 10},
                                        {"quickAck", 1},
                                        {"ccAlgo", "cubic"},
                                        {"fastOpenNoCookie", 1}}}};
  create(RTM_NEWROUTE, route);
  checkLists(RTM_GETROUTE, Object{{"family", AF_INET}, {"table", 1000}}, route);
  CHECK(refused(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route).number == EEXIST);
  accept(RTM_DELROUTE, 0, Object{{"family", AF_INET}, {"table", 1000}, {"priority", 100}, {"scope", RT_SCOPE_NOWHERE}});
  CHECK(list(RTM_GETROUTE, Object{{"family", AF_INET}, {"table", 254}}).size() == 1);
}

TEST_CASE_FIXTURE(RoutedNetwork, "kernel: without a table it is the main one") {
  create(RTM_NEWROUTE,
         Object{{"family", AF_INET}, {"protocol", RTPROT_STATIC}, {"type", RTN_UNICAST}, {"gateway", "10.1.0.1"}});
  checkLists(RTM_GETROUTE, Object{{"family", AF_INET}},
             Object{{"table", RT_TABLE_MAIN}, {"dstLength", 0}, {"gateway", "10.1.0.1"}, {"oif", eth0}});
}

TEST_CASE_FIXTURE(RoutedNetwork, "kernel: several hops, one of them of the other family") {
  const Object route{
      {"family", AF_INET},
      {"dstLength", 16},
      {"type", RTN_UNICAST},
      {"dst", "10.2.0.0"},
      {"multipath",
       List{Object{{"flags", 0}, {"weight", 2}, {"index", eth0}, {"gateway", "10.1.0.1"}},
            Object{{"flags", RTNH_F_ONLINK}, {"weight", 0}, {"index", eth0}, {"via", "fd00::9"}, {"realms", 5}}}}};
  create(RTM_NEWROUTE, route);
  checkLists(RTM_GETROUTE, Object{{"family", AF_INET}}, route);
}

TEST_CASE_FIXTURE(RoutedNetwork, "kernel: a gateway of the other family") {
  const Object route{{"family", AF_INET}, {"dstLength", 24}, {"type", RTN_UNICAST}, {"dst", "192.0.2.0"},
                     {"via", "fd00::1"},  {"oif", eth0},     {"realms", 0x10002}};
  create(RTM_NEWROUTE, route);
  checkLists(RTM_GETROUTE, Object{{"family", AF_INET}}, route);
}

TEST_CASE_FIXTURE(RoutedNetwork, "kernel: a route that leads nowhere") {
  const Object route{{"family", AF_INET}, {"dstLength", 24}, {"type", RTN_BLACKHOLE}, {"dst", "203.0.113.0"}};
  create(RTM_NEWROUTE, route);
  checkLists(RTM_GETROUTE, Object{{"family", AF_INET}}, route);
}

TEST_CASE_FIXTURE(RoutedNetwork, "kernel: IPv6 routes") {
  const Object route{{"family", AF_INET6},
                     {"dstLength", 48},
                     {"protocol", RTPROT_STATIC},
                     {"type", RTN_UNICAST},
                     {"dst", "fd01::"},
                     {"gateway", "fd00::1"},
                     {"oif", eth0},
                     {"priority", 77},
                     {"pref", ICMPV6_ROUTER_PREF_HIGH},
                     {"metrics", Object{{"mtu", 1400}}}};
  create(RTM_NEWROUTE, route);
  checkLists(RTM_GETROUTE, Object{{"family", AF_INET6}}, route);
  accept(RTM_DELROUTE, 0, Object{{"family", AF_INET6}, {"dstLength", 48}, {"dst", "fd01::"}});
}

TEST_CASE_FIXTURE(RoutedNetwork, "kernel: the way to one destination") {
  const Value way = get(RTM_GETROUTE, Object{{"family", AF_INET},
                                             {"dstLength", 32},
                                             {"srcLength", 32},
                                             {"dst", "10.1.0.77"},
                                             {"src", "10.1.0.2"},
                                             {"flags", RTM_F_LOOKUP_TABLE},
                                             {"mark", 5},
                                             {"uid", 1000},
                                             {"ipProto", IPPROTO_UDP},
                                             {"sport", 53},
                                             {"dport", 5353}});
  CHECK(
      includes(way, Object{{"dst", "10.1.0.77"}, {"oif", eth0}, {"table", RT_TABLE_MAIN}, {"mark", 5}, {"uid", 1000}}));
}

}  // namespace netplumb::testing
