#include "sequence.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/net_namespace.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "requests.h"

namespace netplumb::bench {

namespace {

constexpr int kEndpointsPerBridge = 1000;
constexpr uint32_t kFirstSubnet = 0xac110000;  // 172.17.0.0/16, the next bridge has 172.18.0.0/16
constexpr uint32_t kSubnetSize = 0x10000;
constexpr int kEth0 = 2;
constexpr int kLoopback = 1;
// Each namespace leaves an entry of the same name and parent in one hash chain of the directory cache. The chain dies
// with the procfs instance: renewing it costs less than walking it.
constexpr int kNamespacesPerProc = 32;
constexpr int kFirstNamespaceId = 1 << 20;
constexpr int kFirstHostEnd = 1 << 20;

uint32_t gatewayOf(int bridge) { return kFirstSubnet + bridge * kSubnetSize + 1; }

/** 02:42 and the four bytes of the address, as Docker derives it. */
Mac macOf(uint32_t address) {
  return {0x02,
          0x42,
          static_cast<uint8_t>(address >> 24),
          static_cast<uint8_t>(address >> 16),
          static_cast<uint8_t>(address >> 8),
          static_cast<uint8_t>(address)};
}

uint32_t addressOf(int index) {
  return kFirstSubnet + index / kEndpointsPerBridge * kSubnetSize + index % kEndpointsPerBridge + 2;
}

Descriptor writeOne(int directory, const char* path) {
  const int fd = openat(directory, path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, "1", 1) != 1) fail("writing %s", path);
  return Descriptor(fd);
}

std::string bridgeName(int number) { return "br" + std::to_string(number); }

int hostEndIndex(int index) { return kFirstHostEnd + index; }

/** A procfs instance that is mounted nowhere and dies with its descriptor. */
Descriptor newProc() {
  const int context = syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC);
  if (context < 0) fail("fsopen");
  if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0) fail("fsconfig");
  const int mount = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
  if (mount < 0) fail("fsmount");
  close(context);
  return Descriptor(mount);
}

}  // namespace

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all = {
      {"best", [](Sequence&) {}},
      {"port-first", [](Sequence& s) { s.portLast = false; }},
      {"ipv6-attribute", [](Sequence& s) { s.ipv6BySysctl = false; }},
      {"shared-proc", [](Sequence& s) { s.ownProc = false; }},
      {"ascending-ids", [](Sequence& s) { s.descendingIds = false; }},
      {"random-mac", [](Sequence& s) { s.bridgeMac = false; }},
      {"snooping", [](Sequence& s) { s.snooping = true; }},
      {"automatic-mtu", [](Sequence& s) { s.fixedMtu = false; }},
      {"default-queues", [](Sequence& s) { s.oneQueue = false; }},
      {"many-sends", [](Sequence& s) { s.oneSend = false; }},
      {"described", [](Sequence& s) { s.settledByIoctl = false; }},
      {"unsettled", [](Sequence& s) { s.settled = false; }},
      {"unannounced", [](Sequence& s) { s.announced = false; }},
      {"in-turn", [](Sequence& s) { s.ahead = false; }},
      {"moved", [](Sequence& s) { s.moved = true; }},
  };
  return all;
}

Sequence sequenceOf(const std::string& names) {
  Sequence sequence;
  for (size_t start = 0; start <= names.size();) {
    const size_t plus = std::min(names.find('+', start), names.size());
    const std::string name = names.substr(start, plus - start);
    bool found = false;
    for (const Variant& variant : variants()) {
      if (name != variant.name) continue;
      variant.apply(sequence);
      found = true;
    }
    if (!found) {
      std::fprintf(stderr, "unknown variant: %s (--list names them)\n", name.c_str());
      std::exit(2);
    }
    start = plus + 1;
  }
  return sequence;
}

double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

std::string hostEndName(int index) {
  char name[IFNAMSIZ];
  std::snprintf(name, sizeof name, "veth%07x", index * 2654435761u >> 4);
  return name;
}

Attacher::Attacher(const Sequence& sequence, int count)
    : sequence_(sequence),
      home_(currentNamespace()),
      hostIpv6Conf_(openPath("/proc/sys/net/ipv6/conf", O_PATH | O_DIRECTORY)) {
  for (int first = 0; first < count; first += kEndpointsPerBridge) makeBridge(first / kEndpointsPerBridge);
  if (sequence_.ahead) opener_ = std::make_unique<Opener>(count, [this](int index) { return openSandbox(index); });
}

void Attacher::makeBridge(int number) {
  const std::string name = bridgeName(number);
  const auto mac = macOf(gatewayOf(number));
  batch_.beginLink(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  batch_.text(IFLA_IFNAME, name.c_str());
  batch_.attribute(IFLA_ADDRESS, mac.data(), mac.size());
  const size_t info = batch_.open(IFLA_LINKINFO);
  batch_.text(IFLA_INFO_KIND, "bridge");
  const size_t data = batch_.open(IFLA_INFO_DATA);
  batch_.u32(IFLA_BR_STP_STATE, 0);
  batch_.u8(IFLA_BR_MCAST_SNOOPING, sequence_.snooping);
  batch_.close(data);
  batch_.close(info);
  batch_.end();
  host_.send(batch_);

  const int index = if_nametoindex(name.c_str());
  bridges_.push_back(index);
  if (sequence_.fixedMtu) {
    // Only a change of the MTU tells the bridge that its user has chosen it.
    for (const uint32_t mtu : {1499, 1500}) {
      batch_.beginLink(RTM_SETLINK, 0, index);
      batch_.u32(IFLA_MTU, mtu);
      batch_.end();
    }
    host_.send(batch_);
  }
  writeOne(hostIpv6Conf_.get(), (name + "/disable_ipv6").c_str());
  addAddress(batch_, index, gatewayOf(number));
  batch_.beginLink(RTM_SETLINK, 0, index, IFF_UP);
  batch_.end();
  host_.send(batch_);
}

OpenSandbox Attacher::openSandbox(int index) {
  Descriptor netns = openPath(sandboxPath(index).c_str(), O_RDONLY);
  enterNamespace(netns.get());
  Socket inside;
  std::optional<Descriptor> ipv6Off;
  if (sequence_.ipv6BySysctl) ipv6Off = switchOffIpv6InSandbox();
  enterNamespace(home_.get());
  return {std::move(netns), std::move(inside), std::move(ipv6Off)};
}

Descriptor Attacher::switchOffIpv6InSandbox() {
  if (!sequence_.ownProc) return writeOne(AT_FDCWD, "/proc/sys/net/ipv6/conf/default/disable_ipv6");
  if (procUses_++ % kNamespacesPerProc == 0) proc_ = newProc();
  return writeOne(proc_.get(), "sys/net/ipv6/conf/default/disable_ipv6");
}

void Attacher::switchOffIpv6OnHostEnd(const std::string& name) {
  writeOne(hostIpv6Conf_.get(), (name + "/disable_ipv6").c_str());
}

void Attacher::addQueues() {
  if (!sequence_.oneQueue) return;
  batch_.u32(IFLA_NUM_TX_QUEUES, 1);
  batch_.u32(IFLA_NUM_RX_QUEUES, 1);
}

void Attacher::addIpv6Attribute() {
  const size_t families = batch_.open(IFLA_AF_SPEC);
  const size_t family = batch_.open(AF_INET6);
  batch_.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
  batch_.close(family);
  batch_.close(families);
}

void Attacher::addLink(int index, int sandbox) {
  const std::string name = hostEndName(index);
  const std::string other = "p" + name.substr(1);
  const int bridge = index / kEndpointsPerBridge;
  const auto mac = macOf(addressOf(index));
  const auto bridgeMac = macOf(gatewayOf(bridge));

  if (sequence_.descendingIds) {
    batch_.begin(RTM_NEWNSID, 0);
    batch_.reserve(sizeof(rtgenmsg));
    batch_.u32(NETNSA_NSID, kFirstNamespaceId - index);
    batch_.u32(NETNSA_FD, sandbox);
    batch_.end();
  }

  // Indexes of our own choice: nothing has to be looked up. veth heeds the peer's only when the host end has one too.
  batch_.beginLink(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, hostEndIndex(index), sequence_.portLast ? 0 : IFF_UP);
  batch_.text(IFLA_IFNAME, name.c_str());
  if (sequence_.bridgeMac) batch_.attribute(IFLA_ADDRESS, bridgeMac.data(), bridgeMac.size());
  if (!sequence_.portLast) batch_.u32(IFLA_MASTER, bridges_[bridge]);
  addQueues();
  const size_t info = batch_.open(IFLA_LINKINFO);
  batch_.text(IFLA_INFO_KIND, "veth");
  const size_t data = batch_.open(IFLA_INFO_DATA);
  const size_t peer = batch_.open(VETH_INFO_PEER);
  static_cast<ifinfomsg*>(batch_.reserve(sizeof(ifinfomsg)))->ifi_index = sequence_.moved ? 0 : kEth0;
  batch_.text(IFLA_IFNAME, sequence_.moved ? other.c_str() : "eth0");
  batch_.attribute(IFLA_ADDRESS, mac.data(), mac.size());
  addQueues();
  if (!sequence_.moved) batch_.u32(IFLA_NET_NS_FD, sandbox);
  batch_.close(peer);
  batch_.close(data);
  batch_.close(info);
  batch_.end();
  errno = host_.trySend(batch_, sequence_.descendingIds);
  if (errno != 0) fail("making %s", name.c_str());

  if (!sequence_.moved) return;
  batch_.beginLink(RTM_SETLINK, 0);
  batch_.text(IFLA_IFNAME, other.c_str());
  batch_.u32(IFLA_NET_NS_FD, sandbox);
  batch_.u32(IFLA_NEW_IFINDEX, kEth0);
  batch_.end();
  host_.send(batch_);
}

void Attacher::addOwner(int index) {
  const std::string name = hostEndName(index);
  if (sequence_.ipv6BySysctl) switchOffIpv6OnHostEnd(name);
  char owner[64];
  std::snprintf(owner, sizeof owner, "netplumb:default:%016x", index);
  batch_.beginLink(RTM_SETLINK, 0, hostEndIndex(index));
  batch_.text(IFLA_IFALIAS, owner);
  if (!sequence_.ipv6BySysctl) addIpv6Attribute();
  batch_.end();
  host_.send(batch_);
}

void Attacher::configureSandbox(int index, Socket& socket) {
  const auto next = [&] {
    if (!sequence_.oneSend) socket.send(batch_);
  };
  if (sequence_.moved) {
    batch_.beginLink(RTM_SETLINK, 0, kEth0);
    batch_.text(IFLA_IFNAME, "eth0");
    batch_.end();
    next();
  }
  if (!sequence_.ipv6BySysctl) {
    batch_.beginLink(RTM_SETLINK, 0, kEth0);
    addIpv6Attribute();
    batch_.end();
    next();
  }
  addAddress(batch_, kEth0, addressOf(index));
  next();
  batch_.beginLink(RTM_SETLINK, 0, kEth0, IFF_UP);
  batch_.end();
  next();
  const int bridge = index / kEndpointsPerBridge;
  addDefaultRoute(batch_, kEth0, gatewayOf(bridge));
  if (sequence_.announced) {
    next();
    addNeighbour(batch_, kEth0, gatewayOf(bridge), macOf(gatewayOf(bridge)));
  }
  socket.send(batch_);
}

void Attacher::addPort(int index) {
  const int device = hostEndIndex(index);
  const int bridge = index / kEndpointsPerBridge;
  if (sequence_.portLast) {
    // What is told of a port is known only once it is one.
    batch_.beginLink(RTM_SETLINK, 0, device, sequence_.announced ? 0 : IFF_UP);
    batch_.u32(IFLA_MASTER, bridges_[bridge]);
    batch_.end();
  }
  if (sequence_.announced) announce(index);
  if (sequence_.settled && !sequence_.settledByIoctl) {
    describe(device);
    describe(bridges_[bridge]);
  }
  if (!batch_.empty()) host_.send(batch_);
  if (sequence_.settled && sequence_.settledByIoctl) {
    host_.askForCarrier(hostEndName(index).c_str());
    host_.askForCarrier(bridgeName(bridge).c_str());
  }
}

void Attacher::announce(int index) {
  const int device = hostEndIndex(index);
  const auto mac = macOf(addressOf(index));
  batch_.beginLink(RTM_NEWLINK, 0, device, IFF_UP);
  const size_t info = batch_.open(IFLA_LINKINFO);
  batch_.text(IFLA_INFO_SLAVE_KIND, "bridge");
  const size_t data = batch_.open(IFLA_INFO_SLAVE_DATA);
  batch_.u8(IFLA_BRPORT_MODE, 1);  // Hairpin.
  batch_.u8(IFLA_BRPORT_PROXYARP_WIFI, 1);
  batch_.close(data);
  batch_.close(info);
  batch_.end();

  addNeighbour(batch_, bridges_[index / kEndpointsPerBridge], addressOf(index), mac);
  addForwardingEntry(batch_, device, mac);
}

void Attacher::makeReady(Socket& socket) {
  // Last, since it is the only change to the sandbox that removing the link would not take back.
  batch_.beginLink(RTM_SETLINK, 0, kLoopback, IFF_UP);
  batch_.end();
  if (sequence_.settled && !sequence_.settledByIoctl) describe(kEth0);
  socket.send(batch_);
  if (sequence_.settled && sequence_.settledByIoctl) socket.askForCarrier("eth0");
}

void Attacher::describe(int device) {
  batch_.beginLink(RTM_GETLINK, 0, device);
  batch_.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  batch_.end();
}

StepTimes Attacher::attach(int index) {
  StepTimes times{};
  double started = now();
  const auto lap = [&](Step step) {
    const double ended = now();
    times[step] = ended - started;
    started = ended;
  };

  {
    OpenSandbox sandbox = opener_ ? opener_->take() : openSandbox(index);
    lap(kOpen);
    addLink(index, sandbox.netns.get());
    lap(kLink);
    addOwner(index);
    lap(kOwner);
    configureSandbox(index, sandbox.inside);
    lap(kAddress);
    addPort(index);
    lap(kPort);
    makeReady(sandbox.inside);
    if (sandbox.ipv6Off && pwrite(sandbox.ipv6Off->get(), "0", 1, 0) != 1) fail("giving IPv6 back");
    lap(kReady);
  }
  lap(kClose);
  return times;
}

}  // namespace netplumb::bench
