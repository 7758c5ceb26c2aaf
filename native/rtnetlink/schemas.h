#pragma once

#include "netlink/schema.h"

namespace netplumb {

// One table for each message family and for whatever nests in it; each is defined in the file of its name. Names of
// attributes are ours; the kernel's constant stands beside each. Attributes that a table leaves out are passed over
// when the kernel sends them.

extern const Schema linkSchema;         ///< RTM_*LINK, RTM_*LINKPROP: struct ifinfomsg; also a veth's peer
extern const Schema linkStats64Schema;  ///< struct rtnl_link_stats64

extern const Schema vethSchema;        ///< info.data of kind "veth"
extern const Schema bridgeSchema;      ///< info.data of kind "bridge"
extern const Schema bridgePortSchema;  ///< info.slaveData of slave kind "bridge", and protocolInfo of family AF_BRIDGE
extern const Schema macvlanSchema;     ///< info.data of kinds "macvlan" and "macvtap"
extern const Schema vxlanSchema;       ///< info.data of kind "vxlan"

extern const Schema familySpecSchema;        ///< afSpec: a nest for each address family
extern const Schema bridgeFamilySpecSchema;  ///< afSpec of family AF_BRIDGE, which numbers it otherwise
extern const Schema inet6LinkSchema;         ///< afSpec.inet6, and protocolInfo of family AF_INET6

extern const Schema addressSchema;      ///< RTM_*ADDR: struct ifaddrmsg
extern const Schema routeSchema;        ///< RTM_*ROUTE: struct rtmsg
extern const Schema neighbourSchema;    ///< RTM_*NEIGH: struct ndmsg; family AF_BRIDGE: forwarding database
extern const Schema ruleSchema;         ///< RTM_*RULE: struct fib_rule_hdr
extern const Schema namespaceIdSchema;  ///< RTM_*NSID: struct rtgenmsg

}  // namespace netplumb
