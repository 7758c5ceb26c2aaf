#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <string>
#include <vector>

#include "netlink/codec.h"
#include "netlink/request.h"
#include "netlink/test_result.h"

// For tests only: as much of rtnetlink's links as it takes to talk to a kernel, without a bound on names, so that it is
// the kernel that refuses the long ones.

namespace netplumb::testing {

namespace links {

inline constexpr HeaderField kLinkHeader[] = {
    {"index", Kind::s32, 4}, {"flags", Kind::u32, 8}, {"change", Kind::u32, 12}};
inline constexpr Field kPeerFields[] = {{IFLA_IFNAME, "name", Kind::string}};
inline constexpr Schema kPeer{"peer", 16, kLinkHeader, kPeerFields};
inline constexpr Field kVethFields[] = {{1 /* VETH_INFO_PEER */, "peer", Kind::message, &kPeer}};
inline constexpr Schema kVeth{"veth", 0, {}, kVethFields};
inline constexpr Field kInfoFields[] = {{IFLA_INFO_KIND, "kind", Kind::string},
                                        {IFLA_INFO_DATA, "data", Kind::nest, &kVeth}};
inline constexpr Schema kInfo{"info", 0, {}, kInfoFields};
inline constexpr Field kLinkFields[] = {{IFLA_IFNAME, "name", Kind::string},
                                        {IFLA_MTU, "mtu", Kind::u32},
                                        {IFLA_IFALIAS, "alias", Kind::string},
                                        {IFLA_LINKINFO, "info", Kind::nest, &kInfo}};
inline constexpr Schema kLink{"link", 16, kLinkHeader, kLinkFields};

}  // namespace links

inline constexpr MessageType kNewLink{RTM_NEWLINK, "RTM_NEWLINK", &links::kLink};
inline constexpr MessageType kDelLink{RTM_DELLINK, "RTM_DELLINK", &links::kLink};
inline constexpr MessageType kGetLink{RTM_GETLINK, "RTM_GETLINK", &links::kLink};
inline constexpr MessageType kSetLink{RTM_SETLINK, "RTM_SETLINK", &links::kLink};

inline Request makeRequest(const MessageType& type, uint16_t flags, const Value& body) {
  return Request{must(encode(type, flags, body)), &type};
}

inline Request getLink(const std::string& name) { return makeRequest(kGetLink, 0, Value::Object{{"name", name}}); }

inline Request deleteLink(const std::string& name) { return makeRequest(kDelLink, 0, Value::Object{{"name", name}}); }

inline Request newPair(const std::string& name, const std::string& peer) {
  return makeRequest(
      kNewLink, NLM_F_CREATE | NLM_F_EXCL,
      Value::Object{
          {"name", name},
          {"info", Value::Object{{"kind", "veth"}, {"data", Value::Object{{"peer", Value::Object{{"name", peer}}}}}}}});
}

/// The name in a link's description.
inline std::string linkName(const std::vector<uint8_t>& payload) {
  const Value link = must(decode(links::kLink, payload));
  const Value* name = link.find("name");
  REQUIRE(name != nullptr);
  return *name->get<std::string>();
}

}  // namespace netplumb::testing
