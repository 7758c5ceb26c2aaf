#include "conntrack/entry.h"

#include <netinet/in.h>

#include <utility>

#include "conntrack/golden.h"
#include "netlink/text_address.h"

namespace netplumb::testing {

namespace {

/// From a copy that ends where the payload ends, so that the address sanitizer sees a read beyond it.
bool isEntry(std::span<const uint8_t> payload) {
  const Bytes copy(payload.begin(), payload.end());
  return readEntry(copy).has_value();
}

}  // namespace

TEST_CASE("an entry is read in both its directions") {
  const auto entry = readEntry(kTranslated);
  REQUIRE(entry.has_value());
  CHECK(entry->family == AF_INET);
  CHECK(formatIp(entry->original.source) == "192.0.2.1");
  CHECK(formatIp(entry->original.destination) == "192.0.2.1");
  CHECK(entry->original.protocol == IPPROTO_UDP);
  CHECK(entry->original.destinationPort == 8053);
  CHECK(formatIp(entry->reply.source) == "192.0.2.9");
  CHECK(formatIp(entry->reply.destination) == "192.0.2.1");
  CHECK(entry->reply.destinationPort == 40000);
  CHECK(hexText(entry->id) == "ed d9 f4 87");
  CHECK(entry->originalTuple.size() == 0x34 - 4);
  CHECK(entry->zone.empty());
}

TEST_CASE("an entry of IPv6, and one without ports") {
  const auto wide = readEntry(kIpv6);
  REQUIRE(wide.has_value());
  CHECK(wide->family == AF_INET6);
  CHECK(formatIp(wide->original.destination) == "2001:db8::1");
  CHECK(wide->original.protocol == IPPROTO_TCP);
  CHECK(wide->original.destinationPort == 8080);
  const auto without = readEntry(kWithoutPorts);
  REQUIRE(without.has_value());
  CHECK(formatIp(without->original.destination) == "224.0.0.22");
  CHECK(without->original.protocol == IPPROTO_IGMP);
  CHECK(without->original.destinationPort == 0);
}

TEST_CASE("an entry that is cut short or damaged is never read beyond its end") {
  for (const Bytes& whole : {kTranslated, kIpv6, kWithoutPorts}) {
    size_t read = 0;
    for (size_t length = 0; length < whole.size(); ++length) read += isEntry(std::span(whole).first(length)) ? 1 : 0;
    // Only where what follows its number is left out.
    CHECK(read < 30);
    Bytes damaged = whole;
    for (size_t at = 0; at < damaged.size(); ++at) {
      for (const uint8_t replacement : {0x00, 0x01, 0xff}) {
        const uint8_t original = std::exchange(damaged[at], replacement);
        isEntry(damaged);
        damaged[at] = original;
      }
    }
  }
}

TEST_CASE("what makes no sense is no entry") {
  CHECK_FALSE(isEntry({}));
  CHECK_FALSE(isEntry(hex("02 00 00 00")));
  const auto without = [](Bytes payload, size_t at, uint8_t value) {
    payload[at] = value;
    return isEntry(payload);
  };
  CHECK(without(kTranslated, 0, AF_INET));
  CHECK_FALSE(without(kTranslated, 0, AF_INET6));  // Addresses of the other family.
  CHECK_FALSE(without(kTranslated, 0, AF_UNSPEC));
  CHECK_FALSE(without(kTranslated, 6, 99));         // No CTA_TUPLE_ORIG.
  CHECK_FALSE(without(kTranslated, 6 + 0x34, 99));  // No CTA_TUPLE_REPLY.
  const size_t id = kTranslated.size() - 24;
  REQUIRE(kTranslated[id + 2] == 0x0c);
  CHECK_FALSE(without(kTranslated, id + 2, 99));  // No CTA_ID.
  CHECK_FALSE(without(kTranslated, id, 7));       // One of three bytes.
}

}  // namespace netplumb::testing
