#include <linux/netlink.h>

#include "netlink/codec.h"
#include "netlink/test_schema.h"
#include "netlink/test_support.h"

namespace netplumb::testing {

namespace {

/// The path of every offset of the message, as "FIRST PATH", wherever it changes.
std::string paths(const Object& body) {
  const auto message = encode(kAllKinds, 0, body);
  REQUIRE_MESSAGE(message.ok(), message.error().attribute, ": ", message.error().message);
  std::string all;
  std::string last;
  for (size_t offset = 0; offset <= message->size() + 4; ++offset) {
    const std::string path = attributePath(allKinds, *message, offset);
    if (path == last) continue;
    all += (all.empty() ? "" : ", ") + std::to_string(offset) + " " + path;
    last = path;
  }
  return all;
}

}  // namespace

TEST_CASE("attribute path: an attribute's header and payload, not what surrounds it") {
  // 16 bytes of struct nlmsghdr, 16 of our header, then 4 + 1 + 3 bytes of padding, then 4 + 4.
  CHECK(paths(Object{{"u8", 1}, {"u32", 2}}) == "32 u8, 37 , 40 u32, 48 ");
}

TEST_CASE("attribute path: through nests") {
  CHECK(paths(Object{{"nest", Object{{"number", 1}}}}) == "32 nest, 36 nest.number, 41 nest, 44 ");
  CHECK(paths(Object{{"list", List{"a"}}}) == "32 list, 36 list.item, 42 list, 44 ");
  CHECK(paths(Object{{"indexed", Object{{"three", 1}}}}) == "32 indexed, 36 indexed.three, 44 ");
}

TEST_CASE("attribute path: records and hops are named as a whole") {
  CHECK(paths(Object{{"record", Object{{"first", 1}}}}) == "32 record, 40 ");
  CHECK(paths(Object{{"hops", List{Object{{"number", 1}}, Object{{"number", 2}}}}}) == "32 hops, 60 ");
}

TEST_CASE("attribute path: behind the header of a message inside") {
  CHECK(paths(Object{{"message", Object{{"number", 1}}}}) == "32 message, 40 message.number, 45 message, 48 ");
}

TEST_CASE("attribute path: through nests that are chosen") {
  CHECK(paths(Object{{"string", "inside"}, {"selected", Object{{"number", 1}}}}) ==
        "32 string, 43 , 44 selected, 48 selected.number, 53 selected, 56 ");
  CHECK(paths(Object{{"selected", Object{{"number", 1}}}, {"string", "inside"}}) ==
        "32 selected, 36 selected.number, 41 selected, 44 string, 55 ");
  CHECK(paths(Object{{"string", "tun"}, {"selected", Bytes{5, 0, 1, 0}}}) == "32 string, 40 selected, 48 ");
  CHECK(paths(Object{{"family", 7}, {"byFamily", Object{{"number", 1}}}}) ==
        "32 byFamily, 36 byFamily.number, 41 byFamily, 44 ");
  CHECK(paths(Object{{"byFamily", Object{{"three", 1}}}}) == "32 byFamily, 36 byFamily.three, 44 ");
}

TEST_CASE("attribute path: of attributes that nobody knows, and of no message at all") {
  const auto message = encode(kAllKinds, 0, Object{{"nest", Object{{"number", 1}}}});
  REQUIRE(message.ok());
  Bytes changed = *message;
  changed[38] = 0x63;  // the type of nest.number
  CHECK(attributePath(allKinds, changed, 40) == "nest");
  changed[34] = 0x63;  // the type of nest
  CHECK(attributePath(allKinds, changed, 40) == "");
  CHECK(attributePath(allKinds, std::span(*message).first(15), 40) == "");
  CHECK(attributePath(allKinds, std::span(*message).first(20), 18) == "");
  CHECK(attributePath(allKinds, *message, static_cast<size_t>(-1)) == "");
}

}  // namespace netplumb::testing
