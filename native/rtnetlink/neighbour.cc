#include <linux/neighbour.h>

#include <cstddef>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

constexpr HeaderField kHeader[] = {
    {"family", Kind::u8, offsetof(ndmsg, ndm_family)}, {"index", Kind::s32, offsetof(ndmsg, ndm_ifindex)},
    {"state", Kind::u16, offsetof(ndmsg, ndm_state)},  // NUD_*
    {"flags", Kind::u8, offsetof(ndmsg, ndm_flags)},   // NTF_*
    {"type", Kind::u8, offsetof(ndmsg, ndm_type)},     // RTN_*
};

// Ages in hundredths of a second.
constexpr HeaderField kCacheInfoMembers[] = {
    {"confirmed", Kind::u32, offsetof(nda_cacheinfo, ndm_confirmed)},
    {"used", Kind::u32, offsetof(nda_cacheinfo, ndm_used)},
    {"updated", Kind::u32, offsetof(nda_cacheinfo, ndm_updated)},
    {"references", Kind::u32, offsetof(nda_cacheinfo, ndm_refcnt)},
};
constexpr Schema kCacheInfo{
    .name = "neighbour usage", .headerSize = sizeof(nda_cacheinfo), .header = kCacheInfoMembers};

constexpr Field kFields[] = {
    {NDA_DST, "dst", Kind::ip},
    {NDA_LLADDR, "lladdr", Kind::hardware},
    {NDA_CACHEINFO, "cacheInfo", Kind::record, &kCacheInfo},
    {NDA_PROBES, "probes", Kind::u32},
    {NDA_VLAN, "vlan", Kind::u16},
    {NDA_PORT, "port", Kind::be16},        // a vxlan entry's UDP port
    {NDA_VNI, "vni", Kind::u32},           // a vxlan entry's network identifier at the remote end
    {NDA_IFINDEX, "viaIndex", Kind::u32},  // the link through which a vxlan reaches the remote end
    {NDA_MASTER, "master", Kind::u32},     // interface index of the bridge
    {NDA_LINK_NETNSID, "linkNetnsId", Kind::s32},
    {NDA_SRC_VNI, "srcVni", Kind::u32},
    {NDA_PROTOCOL, "protocol", Kind::u8},
    {NDA_NH_ID, "nhId", Kind::u32},
    {NDA_FLAGS_EXT, "flagsExt", Kind::u32},  // NTF_EXT_*
};

}  // namespace

constinit const Schema neighbourSchema{"neighbour", sizeof(ndmsg), kHeader, kFields};

}  // namespace netplumb
