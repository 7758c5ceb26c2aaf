#include "netns/held_ports.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#include "netlink/test_namespace.h"
#include "netlink/test_result.h"
#include "netlink/text_address.h"
#include "netns/sysctl.h"
#include "netns/test_support.h"

namespace netplumb::testing {

namespace {

HostPort portOf(Transport protocol, const std::string& address, uint16_t port) {
  return {protocol, parseIp(address).value(), port};
}

size_t openSockets() {
  size_t count = 0;
  for (const auto& [fd, target] : openDescriptors()) count += target.starts_with("socket:") ? 1 : 0;
  return count;
}

/// How many descriptors the process's table holds.
rlim_t descriptorRoom() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("FDSize:")) return std::stoul(line.substr(7));
  }
  return 0;
}

}  // namespace

TEST_CASE("a port as people write it") {
  CHECK(describe(portOf(Transport::kTcp, "0.0.0.0", 8080)) == "tcp 0.0.0.0:8080");
  CHECK(describe(portOf(Transport::kUdp, "::", 53)) == "udp [::]:53");
  CHECK(describe(portOf(Transport::kSctp, "fd00::1", 65535)) == "sctp [fd00::1]:65535");
}

TEST_CASE("a port takes one socket however often it is held, and none once it is released") {
  const FreshNamespace room;
  const size_t before = openSockets();
  HeldPorts ports;
  const HostPort port = portOf(Transport::kTcp, "0.0.0.0", 8080);
  must(ports.hold(port));
  must(ports.hold(port));
  CHECK(openSockets() == before + 1);
  ports.release(portOf(Transport::kUdp, "0.0.0.0", 8080));
  CHECK(openSockets() == before + 1);
  ports.release(port);
  ports.release(port);
  CHECK(openSockets() == before);
}

TEST_CASE("room for thousands of ports is made at once") {
  const FreshNamespace room;
  HeldPorts ports;
  for (uint16_t port = 1; port <= 100; ++port) must(ports.hold(portOf(Transport::kTcp, "0.0.0.0", port)));
  rlimit most;
  REQUIRE(getrlimit(RLIMIT_NOFILE, &most) == 0);
  CHECK(descriptorRoom() >= std::min<rlim_t>(4096, most.rlim_cur));
}

TEST_CASE("a port that cannot be had leaves no socket behind") {
  const FreshNamespace room;
  HeldPorts ports, others;
  for (const Transport protocol : {Transport::kTcp, Transport::kUdp}) {
    must(ports.hold(portOf(protocol, "::", 80)));
    const size_t before = openSockets();
    const Error taken = mustFail(others.hold(portOf(protocol, "::", 80)));
    CHECK(taken.number == EADDRINUSE);
    CHECK(taken.operation == "bind");
    const Error nowhere = mustFail(others.hold(portOf(protocol, "fd00::1", 80)));
    CHECK(nowhere.number == EADDRNOTAVAIL);
    CHECK(nowhere.object.ends_with("[fd00::1]:80"));
    CHECK(openSockets() == before);
  }
}

TEST_CASE("the families have ports of their own") {
  const FreshNamespace room;
  HeldPorts ports;
  for (const Transport protocol : {Transport::kTcp, Transport::kUdp}) {
    must(ports.hold(portOf(protocol, "::", 80)));
    must(ports.hold(portOf(protocol, "0.0.0.0", 80)));
  }
}

TEST_CASE("all addresses of a family are held also where it is switched off") {
  const FreshNamespace room;
  must(SysctlTree().write({"ipv6/conf/all/disable_ipv6", "1"}));
  HeldPorts ports;
  must(ports.hold(portOf(Transport::kTcp, "::", 80)));
  must(ports.hold(portOf(Transport::kUdp, "::", 80)));
}

TEST_CASE("low ports need a privilege") {
  const FreshNamespace room;
  Error refused;
  bool had = false;
  std::thread unprivileged([&] {
    HeldPorts ports;
    // Of this thread alone.
    REQUIRE(syscall(SYS_setresuid, 65534, 65534, 65534) == 0);
    refused = mustFail(ports.hold(portOf(Transport::kTcp, "0.0.0.0", 1023)));
    had = ports.hold(portOf(Transport::kTcp, "0.0.0.0", 1024)).ok();
  });
  unprivileged.join();
  CHECK(refused.number == EACCES);
  CHECK(refused.operation == "bind");
  CHECK(refused.object == "tcp 0.0.0.0:1023");
  CHECK(had);
}

}  // namespace netplumb::testing
