#include <sys/socket.h>

#include "rtnetlink/golden.h"

namespace netplumb::testing {

namespace {

// $ ip netns set blue 5
const Bytes kAssign =
    hex("24 00 00 00 "              // length
        "58 00 05 00 "              // RTM_NEWNSID, request, ack
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // rtgen_family 0, padding
        "08 00 03 00 06 00 00 00 "  // NETNSA_FD 6
        "08 00 01 00 05 00 00 00 "  // NETNSA_NSID 5
    );

// $ ip netns list-id
const Bytes kAsk =
    hex("1c 00 00 00 "              // length
        "5a 00 01 00 "              // RTM_GETNSID, request
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // rtgen_family 0, padding
        "08 00 03 00 06 00 00 00 "  // NETNSA_FD 6
    );

// $ ip netns list-id
// nsid 5 (iproute2 netns name: blue)
const Bytes kAnswer =
    hex("1c 00 00 00 "              // length
        "58 00 00 00 "              // RTM_NEWNSID
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // rtgen_family 0, padding
        "08 00 01 00 05 00 00 00 "  // NETNSA_NSID 5
    );

// $ ip netns list-id target-nsid 5
const Bytes kAskFrom =
    hex("1c 00 00 00 "              // length
        "5a 00 01 03 "              // RTM_GETNSID, request, dump
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // rtgen_family 0, padding
        "08 00 04 00 05 00 00 00 "  // NETNSA_TARGET_NSID 5
    );

// $ ip monitor nsid & ip netns del blue
// Deleted nsid 5 (iproute2 netns name: blue)
const Bytes kDeleted =
    hex("1c 00 00 00 "              // length
        "59 00 00 00 "              // RTM_DELNSID
        "00 00 00 00 00 00 00 00 "  // sequence, port
        "00 00 00 00 "              // rtgen_family 0, padding
        "08 00 01 00 05 00 00 00 "  // NETNSA_NSID 5
    );

}  // namespace

TEST_CASE("namespace id: assigning one to a descriptor's namespace") {
  checkEncodes(kAssign, Object{{"fd", 6}, {"nsid", 5}});
}

TEST_CASE("namespace id: asking for a descriptor's") {
  checkEncodes(kAsk, Object{{"fd", 6}});
  checkDecodes(kAnswer, Object{{"family", AF_UNSPEC}, {"nsid", 5}});
}

TEST_CASE("namespace id: listing those that another namespace has given") {
  checkEncodes(kAskFrom, Object{{"targetNsid", 5}});
}

TEST_CASE("namespace id: gone with its namespace") {
  checkDecodes(kDeleted, Object{{"family", AF_UNSPEC}, {"nsid", 5}});
}

}  // namespace netplumb::testing
