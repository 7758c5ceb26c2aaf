// What an endpoint is made of, message by message, and the variants that are measured against it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "opener.h"

namespace netplumb::bench {

/**
 * The sequence of kernel operations for one endpoint. The initial values are the fastest correct ones that we know of;
 * each field that differs is a variant to measure. README.md has the causes.
 */
struct Sequence {
  /** The host end joins the bridge and comes up last, in one message, when the sandbox is complete. */
  bool portLast = true;
  /** IPv6 is switched off at both ends by sysctl before they come up; else by addr_gen_mode = none. */
  bool ipv6BySysctl = true;
  /** Sandboxes' sysctls are written through a procfs instance of our own, renewed often; else through /proc. */
  bool ownProc = true;
  /** A sandbox gets a namespace id below all earlier ones before the first notification about its veth. */
  bool descendingIds = true;
  /** The host end carries the bridge's own MAC address; else a random one. */
  bool bridgeMac = true;
  /** The bridge inspects IGMP and MLD (the kernel's default). */
  bool snooping = false;
  /** The bridge's MTU counts as set by the user, so that no port changes it. */
  bool fixedMtu = true;
  /** One transmit and one receive queue at each end; else the kernel's default, one for each processor. */
  bool oneQueue = true;
  /** All requests to the sandbox in one send; else one send each. */
  bool oneSend = true;
  /** Both ends and the bridge are asked for their carrier, so that the kernel acts on it at once; else its worker does,
   * soon. */
  bool settled = true;
  /** By ETHTOOL_GLINK; else by RTM_GETLINK, which describes the whole link. */
  bool settledByIoctl = true;
  /** The bridge is told where the endpoint is, ports are spared questions that it can answer then, and the sandbox
   * knows its gateway's MAC address; else all is asked and learned. */
  bool announced = true;
  /** A second thread opens the next sandboxes meanwhile. */
  bool ahead = true;
  /** Both ends are made here and one is then moved into the sandbox. */
  bool moved = false;
};

/** A named departure from the initial values of Sequence. */
struct Variant {
  const char* name;
  void (*apply)(Sequence&);
};

/** Every variant; "best" comes first and changes nothing. */
const std::vector<Variant>& variants();

/** The sequence of a variant's name, or of several joined by "+"; an unknown name ends the process. */
Sequence sequenceOf(const std::string& names);

enum Step { kOpen, kLink, kOwner, kAddress, kPort, kReady, kClose, kSteps };
inline constexpr std::array<const char*, kSteps> kStepNames = {"open", "link",  "owner", "address",
                                                               "port", "ready", "close"};

/** Microseconds of each step of one attach. */
using StepTimes = std::array<double, kSteps>;

/** Microseconds on a clock that only goes forward. */
double now();

/** The host end's name of endpoint `index`. */
std::string hostEndName(int index);

/** Makes endpoints in the namespace in which it was made; sandbox `index` must be pinned at sandboxPath(index). */
class Attacher {
 public:
  /** Makes the bridges that `count` endpoints need: one for each thousand. */
  Attacher(const Sequence& sequence, int count);

  /** Makes endpoint `index`. Any error ends the process. */
  StepTimes attach(int index);

 private:
  void makeBridge(int number);
  OpenSandbox openSandbox(int index);
  Descriptor switchOffIpv6InSandbox();
  void switchOffIpv6OnHostEnd(const std::string& name);
  void addLink(int index, int sandbox);
  void addOwner(int index);
  void configureSandbox(int index, Socket& socket);
  void addPort(int index);
  void makeReady(Socket& socket);
  void announce(int index);
  void describe(int device);
  void addQueues();
  void addIpv6Attribute();

  Sequence sequence_;
  Descriptor home_;
  Descriptor hostIpv6Conf_;
  Descriptor proc_;
  int procUses_ = 0;
  Socket host_;
  Batch batch_;
  std::vector<int> bridges_;
  std::unique_ptr<Opener> opener_;
};

}  // namespace netplumb::bench
