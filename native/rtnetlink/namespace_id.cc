#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include <cstddef>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

constexpr HeaderField kHeader[] = {{"family", Kind::u8, offsetof(rtgenmsg, rtgen_family)}};

// The namespace asked about or named is given by one of pid, fd and nsid.
constexpr Field kFields[] = {
    {NETNSA_NSID, "nsid", Kind::s32},  // -1: in a reply, none assigned; in a request, let the kernel choose
    {NETNSA_PID, "pid", Kind::u32},
    {NETNSA_FD, "fd", Kind::u32},
    {NETNSA_TARGET_NSID, "targetNsid", Kind::s32},    // as seen from which namespace
    {NETNSA_CURRENT_NSID, "currentNsid", Kind::s32},  // in a reply: its number here, when asked with targetNsid
};

}  // namespace

constinit const Schema namespaceIdSchema{"namespace id", sizeof(rtgenmsg), kHeader, kFields};

}  // namespace netplumb
