#include <linux/netlink.h>

#include <cerrno>
#include <cstring>
#include <iterator>

#include "netlink/codec.h"
#include "netlink/test_schema.h"
#include "netlink/test_support.h"

// What holds other values: written and read back in one go, then refused.

namespace netplumb::testing {

namespace {

constexpr size_t kPayload = NLMSG_HDRLEN;
constexpr size_t kAttributes = kPayload + 16;

/// `body` becomes these attributes, and they become it again (with the header's members, all zero, before it).
void checkBothWays(const Object& body, std::string_view attributes) {
  const auto message = encode(kAllKinds, 0, body);
  REQUIRE_MESSAGE(message.ok(), message.error().attribute, ": ", message.error().message);
  CHECK(hexText(std::span(*message).subspan(kAttributes)) == hexText(hex(attributes)));
  const auto decoded = decodeCopy(allKinds, std::span(*message).subspan(kPayload));
  REQUIRE_MESSAGE(decoded.ok(), decoded.error().attribute, ": ", decoded.error().message);
  Object whole{{"family", 0}, {"serial", uint64_t{0}}};
  whole.insert(whole.end(), body.begin(), body.end());
  CHECK(*decoded == whole);
}

std::string refusal(const Object& body) {
  const auto message = encode(kAllKinds, 0, body);
  REQUIRE_FALSE(message.ok());
  CHECK(message.error().number == EINVAL);
  return message.error().attribute + ": " + message.error().message;
}

Result<Value> decodeAttributes(std::string_view text, uint8_t family = 0) {
  Bytes payload(kAttributes - kPayload);
  payload.front() = family;
  const Bytes bytes = hex(text);
  payload.insert(payload.end(), bytes.begin(), bytes.end());
  return decodeCopy(allKinds, payload);
}

Value member(std::string_view attributes, std::string_view name, uint8_t family = 0) {
  const auto value = decodeAttributes(attributes, family);
  REQUIRE_MESSAGE(value.ok(), value.error().attribute, ": ", value.error().message);
  const Value* found = value->find(name);
  REQUIRE(found != nullptr);
  return *found;
}

std::string malformed(std::string_view attributes) {
  const auto value = decodeAttributes(attributes);
  REQUIRE_FALSE(value.ok());
  CHECK(value.error().number == EBADMSG);
  return value.error().attribute + ": " + value.error().message;
}

}  // namespace

TEST_CASE("codec: records") {
  checkBothWays(Object{{"record", Object{{"first", 1}, {"second", 2}}}}, "08 00 0f 00  01 00  00 02");
  CHECK(refusal(Object{{"record", Object{{"third", 1}}}}) == "record.third: no such attribute in pair");
  CHECK(refusal(Object{{"record", 1}}) == "record: not an object");
  CHECK(malformed("07 00 0f 00 01 00 00 00") == "record: header cut short");
  // A newer kernel's may be longer.
  CHECK(member("0c 00 0f 00  01 00  00 02  ff ff ff ff", "record") == Object{{"first", 1}, {"second", 2}});
}

TEST_CASE("codec: nests") {
  checkBothWays(Object{{"nest", Object{{"number", 1}}}}, "0c 00 10 80  05 00 01 00 01 00 00 00");
  checkBothWays(Object{{"nest", Object{}}}, "04 00 10 80");
  CHECK(refusal(Object{{"nest", Object{{"number", 256}}}}) == "nest.number: 256 is not within 0…255");
  CHECK(malformed("0c 00 10 00  07 00 01 00 01 00 00 00") == "nest.number: 3 bytes where 1 belong");
  CHECK(malformed("0c 00 10 00  09 00 01 00 01 00 00 00") == "nest: attributes cut short");
}

TEST_CASE("codec: nests as deep as any table goes, and no deeper") {
  const auto nestedTimes = [](int times) {
    Value value = Object{{"family", 0}, {"serial", uint64_t{0}}};
    for (int i = 0; i < times; ++i) {
      const Value inside = Object{{"again", value}};
      value = Object{{"family", 0}, {"serial", uint64_t{0}}, {"nest", inside}};
    }
    return value;
  };
  const auto message = encode(kAllKinds, 0, nestedTimes(8));
  REQUIRE(message.ok());
  const auto decoded = decodeCopy(allKinds, std::span(*message).subspan(kPayload));
  REQUIRE(decoded.ok());
  CHECK(*decoded == nestedTimes(8));
  const auto tooDeep = encode(kAllKinds, 0, nestedTimes(9));
  REQUIRE_FALSE(tooDeep.ok());
  CHECK(tooDeep.error().number == EINVAL);
  CHECK(tooDeep.error().message == "nested too deeply");

  // One more of each nest around what was still encoded.
  Bytes bytes(std::next(message->begin(), kAttributes), message->end());
  for (const std::string_view header :
       {"00 00 02 00  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "00 00 10 00"}) {
    Bytes outer = hex(header);
    outer.insert(outer.end(), bytes.begin(), bytes.end());
    const auto length = static_cast<uint16_t>(outer.size());
    std::memcpy(outer.data(), &length, sizeof length);
    bytes = outer;
  }
  bytes.insert(bytes.begin(), kAttributes - kPayload, 0);
  const auto refused = decodeCopy(allKinds, bytes);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().number == EBADMSG);
  CHECK(refused.error().message == "nested too deeply");
}

TEST_CASE("codec: messages inside messages") {
  checkBothWays(Object{{"message", Object{{"weight", 3}, {"number", 1}}}},
                "10 00 11 00  00 00 00 03  05 00 01 00 01 00 00 00");
  CHECK(malformed("06 00 11 00 00 00 00 00") == "message: header cut short");
}

TEST_CASE("codec: lists") {
  checkBothWays(Object{{"list", List{"a", "b"}}}, "14 00 12 80  06 00 05 00 61 00 00 00  06 00 05 00 62 00 00 00");
  checkBothWays(Object{{"list", List{}}}, "04 00 12 80");
  CHECK(refusal(Object{{"list", List{"a", "abcde"}}}) == "list.item: longer than 4 bytes");
  CHECK(refusal(Object{{"list", "a"}}) == "list: not a list");
  CHECK(malformed("0c 00 12 00  09 00 05 00 61 00 00 00") == "list: list cut short");
  // What else a newer kernel puts among the items is passed over.
  CHECK(member("14 00 12 00  06 00 06 00 61 00 00 00  06 00 05 00 62 00 00 00", "list") == List{"b"});
}

TEST_CASE("codec: hops") {
  checkBothWays(Object{{"hops", List{Object{{"weight", 1}, {"number", 9}}, Object{{"weight", 2}}}}},
                "14 00 14 00  0c 00 00 01  05 00 01 00 09 00 00 00  04 00 00 02");
  CHECK(refusal(Object{{"hops", List{Object{{"weight", 256}}}}}) == "hops.weight: 256 is not within 0…255");
  CHECK(refusal(Object{{"hops", Object{}}}) == "hops: not a list");
  CHECK(malformed("05 00 14 00 04 00 00 00") == "hops: hop cut short");
  CHECK(malformed("08 00 14 00  03 00 00 01") == "hops: hop cut short");
  CHECK(malformed("08 00 14 00  05 00 00 01") == "hops: hop cut short");
  CHECK(malformed("08 00 14 00  00 00 00 00") == "hops: hop cut short");
}

TEST_CASE("codec: nests chosen by a sibling's text") {
  checkBothWays(Object{{"string", "inside"}, {"selected", Object{{"number", 1}}}},
                "0b 00 0a 00 69 6e 73 69 64 65 00 00  0c 00 13 80  05 00 01 00 01 00 00 00");
  checkBothWays(Object{{"string", "pair"}, {"selected", Object{{"first", 1}, {"second", 2}}}},
                "09 00 0a 00 70 61 69 72 00 00 00 00  08 00 13 80  01 00 00 02");
  // Of a kind that no table describes, the bytes are handed through.
  checkBothWays(Object{{"string", "tun"}, {"selected", Bytes{1, 2, 3, 4}}},
                "08 00 0a 00 74 75 6e 00  08 00 13 80  01 02 03 04");
  CHECK(refusal(Object{{"string", "tun"}, {"selected", Object{}}}) == "selected: nothing but bytes fits this string");
  CHECK(refusal(Object{{"selected", Object{}}}) == "selected: nothing but bytes fits this string");
  CHECK(refusal(Object{{"string", "inside"}, {"selected", Object{{"number", 256}}}}) ==
        "selected.number: 256 is not within 0…255");
  // Where the sibling stands in the object does not matter.
  CHECK(encode(kAllKinds, 0, Object{{"selected", Object{{"number", 1}}}, {"string", "inside"}}).ok());
}

TEST_CASE("codec: nests chosen by a member of the header") {
  CHECK(member("0c 00 16 00  05 00 01 00 01 00 00 00", "byFamily", 7) == Object{{"number", 1}});
  CHECK(member("0c 00 16 00  08 00 01 00 01 00 00 00", "byFamily", 2) == Object{{"one", 1}});
  CHECK(refusal(Object{{"family", 7}, {"byFamily", Object{{"one", 1}}}}) ==
        "byFamily.one: no such attribute in inside");
  CHECK(refusal(Object{{"byFamily", Object{{"number", 1}}}}) == "byFamily.number: no such attribute in options");
}

TEST_CASE("codec: options are written as attributes and read as an array") {
  const auto message = encode(kAllKinds, 0, Object{{"indexed", Object{{"three", -3}, {"one", 1}}}});
  REQUIRE(message.ok());
  CHECK(hexText(std::span(*message).subspan(kAttributes)) ==
        hexText(hex("14 00 15 80  08 00 03 00 fd ff ff ff  08 00 01 00 01 00 00 00")));
  CHECK(member("10 00 15 00  01 00 00 00  02 00 00 00  fd ff ff ff", "indexed") == Object{{"one", 1}, {"three", -3}});
  // An older kernel has fewer.
  CHECK(member("0f 00 15 00  01 00 00 00  02 00 00 00  fd ff ff 00", "indexed") == Object{{"one", 1}});
  CHECK(member("04 00 15 00", "indexed") == Object{});
}

TEST_CASE("what is wrapped stands for its nest, which is passed over when it is not in there") {
  checkBothWays(Object{{"wrapped", "abc"}}, "0c 00 1a 80 08 00 05 00 61 62 63 00");
  CHECK(refusal(Object{{"wrapped", 1}}) == "wrapped.item: not a string");
  const auto without = decodeAttributes("0c 00 1a 80 08 00 06 00 61 62 63 00");
  REQUIRE(without.ok());
  CHECK(without->find("wrapped") == nullptr);
  CHECK(malformed("08 00 1a 80 08 00 05 00") == "wrapped: attributes cut short");
}

}  // namespace netplumb::testing
