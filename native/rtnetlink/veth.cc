#include <linux/veth.h>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

// The other end is described as a link of its own, header included; its netnsPid or netnsFd say where it is created.
// The kernel does not repeat it in listings: there, `link` and `linkNetnsId` lead to the peer.
constexpr Field kFields[] = {{VETH_INFO_PEER, "peer", Kind::message, &linkSchema}};

}  // namespace

constinit const Schema vethSchema{.name = "veth", .fields = kFields};

}  // namespace netplumb
