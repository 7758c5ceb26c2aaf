#include "netlink/round_trip.h"

#include "nftables/messages.h"

namespace netplumb::testing {

TEST_CASE(
    "round trip: whatever nf_tables' tables can say decodes to itself, and cut short anywhere never to nonsense") {
  checkRoundTrips(allFirewallMessages(), 20261121);
}

}  // namespace netplumb::testing
