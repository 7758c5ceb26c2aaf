#include "conntrack/selection.h"

#include "conntrack/golden.h"
#include "netlink/text_address.h"

namespace netplumb::testing {

namespace {

std::vector<uint8_t> ip(const std::string& text) { return parseIp(text).value(); }

HostPort portOf(Transport protocol, const std::string& address, uint16_t port) { return {protocol, ip(address), port}; }

bool selects(const ConnectionWishes& wishes, const Bytes& entry) {
  return ConnectionSelection(wishes).contains(*readEntry(entry));
}

constexpr Transport kUdp = Transport::kUdp;
constexpr Transport kTcp = Transport::kTcp;

}  // namespace

TEST_CASE("no wish selects nothing") {
  for (const Bytes& entry : {kTranslated, kIpv6, kWithoutPorts}) {
    CHECK_FALSE(selects({{}, {}, {ip("192.0.2.1"), ip("2001:db8::1")}}, entry));
  }
}

TEST_CASE("a port of one address is where the connection was begun to, by that protocol") {
  CHECK(selects({{portOf(kUdp, "192.0.2.1", 8053)}, {}, {}}, kTranslated));
  CHECK(selects({{portOf(kTcp, "2001:db8::1", 8080)}, {}, {}}, kIpv6));
  CHECK_FALSE(selects({{portOf(kUdp, "192.0.2.2", 8053)}, {}, {}}, kTranslated));
  CHECK_FALSE(selects({{portOf(kUdp, "192.0.2.1", 8054)}, {}, {}}, kTranslated));
  CHECK_FALSE(selects({{portOf(kTcp, "192.0.2.1", 8053)}, {}, {}}, kTranslated));
  // Neither where it was sent instead, nor where it came from.
  CHECK_FALSE(selects({{portOf(kUdp, "192.0.2.9", 53)}, {}, {}}, kTranslated));
  CHECK_FALSE(selects({{portOf(kUdp, "192.0.2.1", 40000)}, {}, {}}, kTranslated));
}

TEST_CASE("a port of all addresses is one of those that the host has") {
  const ConnectionWishes wishes{{portOf(kUdp, "0.0.0.0", 8053)}, {}, {ip("192.0.2.1")}};
  CHECK(selects(wishes, kTranslated));
  CHECK_FALSE(selects({wishes.ports, {}, {ip("192.0.2.9")}}, kTranslated));
  CHECK_FALSE(selects({wishes.ports, {}, {}}, kTranslated));
  // All of 127.0.0.0/8 without being told.
  Bytes local = kTranslated;
  REQUIRE(local[24] == 0xc0);
  local[24] = 127;
  CHECK(selects({wishes.ports, {}, {}}, local));
}

TEST_CASE("all addresses of one family are not those of the other") {
  const std::vector<std::vector<uint8_t>> host{ip("192.0.2.1"), ip("2001:db8::1")};
  CHECK(selects({{portOf(kTcp, "::", 8080)}, {}, host}, kIpv6));
  CHECK_FALSE(selects({{portOf(kTcp, "0.0.0.0", 8080)}, {}, host}, kIpv6));
  CHECK_FALSE(selects({{portOf(kUdp, "::", 8053)}, {}, host}, kTranslated));
  CHECK(selects({{portOf(kUdp, "::", 8053), portOf(kUdp, "0.0.0.0", 8053)}, {}, host}, kTranslated));
}

TEST_CASE("an address is selected on whichever end it is, before or after translation") {
  CHECK(selects({{}, {ip("192.0.2.1")}, {}}, kTranslated));
  CHECK(selects({{}, {ip("192.0.2.9")}, {}}, kTranslated));
  CHECK(selects({{}, {ip("192.0.2.1")}, {}}, kWithoutPorts));
  CHECK(selects({{}, {ip("10.0.0.1"), ip("224.0.0.22")}, {}}, kWithoutPorts));
  CHECK(selects({{}, {ip("2001:db8::1")}, {}}, kIpv6));
  CHECK_FALSE(selects({{}, {ip("192.0.2.2"), ip("0.0.0.0"), ip("::")}, {}}, kTranslated));
}

TEST_CASE("what has no ports is not selected by one") {
  CHECK_FALSE(selects({{portOf(kUdp, "0.0.0.0", 53)}, {}, {ip("224.0.0.22")}}, kWithoutPorts));
}

}  // namespace netplumb::testing
