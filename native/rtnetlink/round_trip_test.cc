#include "netlink/round_trip.h"

#include "rtnetlink/messages.h"

namespace netplumb::testing {

TEST_CASE(
    "round trip: whatever rtnetlink's tables can say decodes to itself, and cut short anywhere never to nonsense") {
  checkRoundTrips(allMessages(), 20260714);
}

}  // namespace netplumb::testing
