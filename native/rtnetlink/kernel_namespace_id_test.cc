#include <sys/socket.h>

#include "rtnetlink/test_network.h"

namespace netplumb::testing {

TEST_CASE_FIXTURE(TestNetwork, "kernel: numbers of other namespaces") {
  const Elsewhere there;
  CHECK(includes(get(RTM_GETNSID, Object{{"fd", there.fd()}}), Object{{"nsid", -1}}));
  accept(RTM_NEWNSID, 0, Object{{"fd", there.fd()}, {"nsid", 5}});
  CHECK(includes(get(RTM_GETNSID, Object{{"fd", there.fd()}}), Object{{"nsid", 5}}));
  checkLists(RTM_GETNSID, Object{}, Object{{"nsid", 5}});
  CHECK(refused(RTM_NEWNSID, 0, Object{{"fd", there.fd()}, {"nsid", 6}}).number == EEXIST);
  CHECK(refused(RTM_NEWNSID, 0, Object{{"pid", 0x7fffffff}, {"nsid", 6}}).number == ESRCH);

  // Asked on behalf of namespace 5, which has not been given a number for itself.
  CHECK(includes(get(RTM_GETNSID, Object{{"nsid", 5}, {"targetNsid", 5}}), Object{{"currentNsid", 5}}));
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: links and addresses of a namespace that has a number here") {
  Elsewhere there;
  accept(RTM_NEWNSID, 0, Object{{"fd", there.fd()}, {"nsid", 5}});
  there.kernel().createPair("far0", "far1");
  there.kernel().create(RTM_NEWADDR, Object{{"family", AF_INET},
                                            {"prefixLength", 24},
                                            {"index", there.kernel().index("far0")},
                                            {"local", "10.7.0.1"},
                                            {"address", "10.7.0.1"}});
  CHECK(includes(get(RTM_GETLINK, Object{{"targetNetnsId", 5}, {"name", "far0"}}),
                 Object{{"name", "far0"}, {"targetNetnsId", 5}}));
  checkLists(RTM_GETADDR, Object{{"family", AF_INET}, {"targetNetnsId", 5}},
             Object{{"local", "10.7.0.1"}, {"targetNetnsId", 5}});
}

}  // namespace netplumb::testing
