#include "requests.h"

#include <arpa/inet.h>

namespace netplumb::bench {

namespace {

void beginNeighbour(Batch& batch, int family, int device, uint16_t state, uint8_t flags) {
  batch.begin(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
  auto* header = static_cast<ndmsg*>(batch.reserve(sizeof(ndmsg)));
  header->ndm_family = family;
  header->ndm_ifindex = device;
  header->ndm_state = state;
  header->ndm_flags = flags;
}

}  // namespace

void addAddress(Batch& batch, int device, uint32_t address) {
  const uint32_t local = htonl(address);
  const uint32_t broadcast = htonl(address | 0xffff);
  batch.begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
  auto* header = static_cast<ifaddrmsg*>(batch.reserve(sizeof(ifaddrmsg)));
  header->ifa_family = AF_INET;
  header->ifa_prefixlen = 16;
  header->ifa_index = device;
  batch.attribute(IFA_LOCAL, &local, sizeof local);
  batch.attribute(IFA_ADDRESS, &local, sizeof local);
  batch.attribute(IFA_BROADCAST, &broadcast, sizeof broadcast);
  batch.end();
}

void addDefaultRoute(Batch& batch, int device, uint32_t gateway) {
  const uint32_t address = htonl(gateway);
  batch.begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
  auto* header = static_cast<rtmsg*>(batch.reserve(sizeof(rtmsg)));
  header->rtm_family = AF_INET;
  header->rtm_table = RT_TABLE_MAIN;
  header->rtm_protocol = RTPROT_BOOT;
  header->rtm_scope = RT_SCOPE_UNIVERSE;
  header->rtm_type = RTN_UNICAST;
  batch.attribute(RTA_GATEWAY, &address, sizeof address);
  batch.u32(RTA_OIF, device);
  batch.end();
}

void addNeighbour(Batch& batch, int device, uint32_t address, const Mac& mac) {
  const uint32_t destination = htonl(address);
  beginNeighbour(batch, AF_INET, device, NUD_STALE, NTF_EXT_LEARNED);
  batch.attribute(NDA_DST, &destination, sizeof destination);
  batch.attribute(NDA_LLADDR, mac.data(), mac.size());
  batch.end();
}

void addForwardingEntry(Batch& batch, int port, const Mac& mac) {
  beginNeighbour(batch, AF_BRIDGE, port, NUD_NOARP, NTF_MASTER | NTF_STICKY);
  batch.attribute(NDA_LLADDR, mac.data(), mac.size());
  batch.end();
}

}  // namespace netplumb::bench
