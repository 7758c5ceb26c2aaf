#include <linux/neighbour.h>
#include <sys/socket.h>

#include "rtnetlink/test_network.h"

namespace netplumb::testing {

TEST_CASE_FIXTURE(TestNetwork, "kernel: permanent neighbours") {
  createPair("eth0", "p0");
  const Object neighbour{{"family", AF_INET}, {"index", index("eth0")},        {"state", NUD_PERMANENT},
                         {"dst", "10.1.0.7"}, {"lladdr", "02:42:0a:01:00:07"}, {"protocol", RTPROT_STATIC}};
  create(RTM_NEWNEIGH, neighbour);
  checkLists(RTM_GETNEIGH, Object{{"family", AF_INET}, {"viaIndex", index("eth0")}}, neighbour);
  CHECK(includes(get(RTM_GETNEIGH, Object{{"family", AF_INET}, {"index", index("eth0")}, {"dst", "10.1.0.7"}}),
                 neighbour));
  accept(RTM_DELNEIGH, 0, Object{{"family", AF_INET}, {"index", index("eth0")}, {"dst", "10.1.0.7"}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: addresses to answer for") {
  createPair("eth0", "p0");
  const Object proxy{{"family", AF_INET6}, {"index", index("eth0")}, {"flags", NTF_PROXY}, {"dst", "fd00::9"}};
  create(RTM_NEWNEIGH, proxy);
  CHECK(includes(get(RTM_GETNEIGH, proxy), Object{{"dst", "fd00::9"}, {"flags", NTF_PROXY}}));
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: a bridge's forwarding database") {
  createPair("web-h", "eth0");
  create(RTM_NEWLINK, Object{{"name", "br0"}, {"info", Object{{"kind", "bridge"}}}});
  accept(RTM_NEWLINK, 0, Object{{"index", index("web-h")}, {"master", index("br0")}});
  const Object entry{{"family", AF_BRIDGE}, {"index", index("web-h")}, {"lladdr", "02:42:0a:01:00:08"}};
  Object request = entry;
  request.push_back({"state", NUD_NOARP});
  request.push_back({"flags", NTF_MASTER});
  create(RTM_NEWNEIGH, request);
  Object expected = entry;
  expected.push_back({"master", index("br0")});
  expected.push_back({"state", NUD_NOARP});
  checkLists(RTM_GETNEIGH, Object{{"family", AF_BRIDGE}}, expected);
  accept(RTM_DELNEIGH, 0, request);
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: a vxlan's remote ends") {
  createPair("eth0", "p0");
  const Answer created =
      ask(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
          Object{{"name", "vx0"}, {"info", Object{{"kind", "vxlan"}, {"data", Object{{"id", 42}, {"port", 4789}}}}}});
  if (created.error && created.error->number == EOPNOTSUPP) {
    MESSAGE("this kernel lacks vxlan");
    return;
  }
  REQUIRE_FALSE(created.error);
  const Object entry{{"family", AF_BRIDGE},
                     {"index", index("vx0")},
                     {"state", NUD_NOARP | NUD_PERMANENT},
                     {"flags", NTF_SELF},
                     {"lladdr", "00:00:00:00:00:00"},
                     {"dst", "192.0.2.9"},
                     {"port", 8472},
                     {"vni", 43},
                     {"viaIndex", index("eth0")}};
  accept(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_APPEND, entry);
  checkLists(RTM_GETNEIGH, Object{{"family", AF_BRIDGE}, {"index", index("vx0")}}, entry);
}

}  // namespace netplumb::testing
