#include "netns/carrier.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "netns/test_support.h"
#include "rtnetlink/test_network.h"

namespace netplumb::testing {

namespace {

constexpr int64_t kOperUp = 6;  // IF_OPER_UP (RFC 2863)

Object up(const char* name) { return Object{{"name", name}, {"flags", IFF_UP}, {"change", IFF_UP}}; }

/// As the kernel's worker has left it: a listing does not make it act on a carrier, as asking for one link would.
int64_t stateOf(TestNetwork& network, const std::string& name) {
  for (const Value& link : network.list(RTM_GETLINK, Object{})) {
    if (*link.find("name")->get<std::string>() == name) return *link.find("operState")->get<int64_t>();
  }
  FAIL("no such link");
  return 0;
}

}  // namespace

TEST_CASE("a bridge and its first port are in use at once, the port before the bridge") {
  TestNetwork network;
  const Socket socket = must(Socket::open(NETLINK_ROUTE));
  network.createPair("port", "other");
  network.create(RTM_NEWLINK, Object{{"name", "br0"}, {"info", Object{{"kind", "bridge"}}}});
  network.accept(RTM_NEWLINK, 0, up("br0"));
  network.accept(RTM_SETLINK, 0, Object{{"name", "port"}, {"master", network.index("br0")}});
  // A port that is not in use yet gives its bridge no carrier to act on (br_add_if in net/bridge/br_if.c).
  must(settleCarrier(socket, "port"));
  must(settleCarrier(socket, "br0"));
  CHECK(stateOf(network, "br0") == kOperUp);
}

TEST_CASE("what has no carrier to act on is left alone, and what is no link is told") {
  TestNetwork network;
  const Socket socket = must(Socket::open(NETLINK_ROUTE));
  must(settleCarrier(socket, "lo"));
  CHECK(mustFail(settleCarrier(socket, "nowhere")).number == ENODEV);
  CHECK(mustFail(settleCarrier(socket, "")).number == EINVAL);
  CHECK(mustFail(settleCarrier(socket, "a-name-too-long-to-be-one")).number == EINVAL);
}

}  // namespace netplumb::testing
