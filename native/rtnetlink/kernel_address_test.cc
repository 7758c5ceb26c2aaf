#include <sys/socket.h>

#include "rtnetlink/test_network.h"

namespace netplumb::testing {

TEST_CASE_FIXTURE(TestNetwork, "kernel: IPv4 addresses") {
  createPair("eth0", "p0");
  const Object address{{"family", AF_INET},
                       {"prefixLength", 16},
                       {"scope", RT_SCOPE_LINK},
                       {"index", index("eth0")},
                       {"address", "10.1.0.2"},
                       {"local", "10.1.0.2"},
                       {"broadcast", "10.1.255.255"},
                       {"label", "eth0:web"},
                       {"flags", IFA_F_NOPREFIXROUTE},
                       {"routePriority", 50},
                       {"cacheInfo", Object{{"preferred", 1800}, {"valid", 3600}}}};
  create(RTM_NEWADDR, address);
  CHECK(refused(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address).number == EEXIST);
  checkLists(RTM_GETADDR, Object{{"family", AF_INET}, {"index", index("eth0")}}, address);

  create(RTM_NEWADDR, Object{{"family", AF_INET},
                             {"prefixLength", 32},
                             {"index", index("eth0")},
                             {"local", "10.9.0.1"},
                             {"address", "10.9.0.2"}});
  checkLists(RTM_GETADDR, Object{{"family", AF_INET}},
             Object{{"local", "10.9.0.1"}, {"address", "10.9.0.2"}, {"flags", IFA_F_PERMANENT}});

  for (const char* local : {"10.1.0.2", "10.9.0.1"}) {
    accept(RTM_DELADDR, 0, Object{{"family", AF_INET}, {"index", index("eth0")}, {"local", local}});
  }
  CHECK(list(RTM_GETADDR, Object{{"family", AF_INET}}).empty());
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: IPv6 addresses") {
  createPair("eth0", "p0");
  const Object address{{"family", AF_INET6},
                       {"prefixLength", 64},
                       {"index", index("eth0")},
                       {"address", "fd00::2"},
                       {"flags", IFA_F_NODAD | IFA_F_PERMANENT},
                       {"routePriority", 50}};
  create(RTM_NEWADDR, address);
  checkLists(RTM_GETADDR, Object{{"family", AF_INET6}}, address);
  accept(RTM_DELADDR, 0,
         Object{{"family", AF_INET6}, {"prefixLength", 64}, {"index", index("eth0")}, {"address", "fd00::2"}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: who gave an address") {
  createPair("eth0", "p0");
  const Object address{{"family", AF_INET},   {"prefixLength", 24},    {"index", index("eth0")},
                       {"local", "10.2.0.1"}, {"address", "10.2.0.1"}, {"protocol", 17}};
  create(RTM_NEWADDR, address);
  checkLists(RTM_GETADDR, Object{{"family", AF_INET}}, address);
}

}  // namespace netplumb::testing
