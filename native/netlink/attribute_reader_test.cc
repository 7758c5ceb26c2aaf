#include "netlink/attribute_reader.h"

#include "netlink/test_support.h"

namespace netplumb::testing {

namespace {

struct Walk {
  std::string attributes;  ///< offset:type=payload, …
  bool malformed;
  bool operator==(const Walk&) const = default;
};

Walk walk(std::string_view text) {
  const Bytes bytes = hex(text);
  AttributeReader reader(bytes);
  std::string attributes;
  while (auto attribute = reader.next()) {
    if (!attributes.empty()) attributes += ", ";
    attributes +=
        std::to_string(attribute->offset) + ":" + std::to_string(attribute->type) + "=" + hexText(attribute->payload);
  }
  // Asked again, it stays at its end.
  CHECK_FALSE(reader.next());
  return {attributes, reader.malformed()};
}

}  // namespace

TEST_CASE("attribute reader: nothing is no attribute") { CHECK(walk("") == Walk{"", false}); }

TEST_CASE("attribute reader: attributes with and without payload") {
  CHECK(walk("05 00 01 00 aa 00 00 00  04 00 02 00  08 00 03 00 01 02 03 04") ==
        Walk{"0:1=aa, 8:2=, 12:3=01 02 03 04", false});
}

TEST_CASE("attribute reader: the two flags are no part of the type") {
  CHECK(walk("04 00 ff 80") == Walk{"0:255=", false});
  CHECK(walk("04 00 ff 40") == Walk{"0:255=", false});
  CHECK(walk("04 00 ff ff") == Walk{"0:16383=", false});
}

TEST_CASE("attribute reader: the last padding may be missing") {
  CHECK(walk("05 00 01 00 aa") == Walk{"0:1=aa", false});
  CHECK(walk("07 00 01 00 aa bb cc") == Walk{"0:1=aa bb cc", false});
}

TEST_CASE("attribute reader: it stops where it makes no sense") {
  CHECK(walk("05 00 01 00 aa 00 00 00  04 00 02") == Walk{"0:1=aa", true});
  CHECK(walk("03 00 01 00") == Walk{"", true});
  CHECK(walk("00 00 00 00") == Walk{"", true});
  CHECK(walk("09 00 01 00 aa 00 00 00") == Walk{"", true});
  CHECK(walk("ff ff 01 00") == Walk{"", true});
}

}  // namespace netplumb::testing
