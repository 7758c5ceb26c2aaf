#include "netlink/message_builder.h"

#include "netlink/test_support.h"

namespace netplumb::testing {

TEST_CASE("message builder: a message of nothing but its header") {
  Bytes message;
  REQUIRE(MessageBuilder(0x10, NLM_F_REQUEST).finish(message));
  CHECK(hexText(message) == "10 00 00 00 10 00 01 00 00 00 00 00 00 00 00 00");
}

TEST_CASE("message builder: everything stands at a multiple of four, padded with zeros") {
  MessageBuilder builder(0x10, 0);
  const size_t header = builder.header(5);
  CHECK(header == 16);
  builder.patch(header, Bytes{1, 2, 3, 4, 5});
  {
    MessageBuilder::Nest outer(builder, 1);
    builder.attribute(2, Bytes{0xff});
    MessageBuilder::Nest inner(builder, 3 | NLA_F_NESTED);
  }
  builder.attribute(4, {});
  Bytes message;
  REQUIRE(builder.finish(message));
  CHECK(hexText(message) == hexText(hex("2c 00 00 00 10 00 00 00 00 00 00 00 00 00 00 00"
                                        "01 02 03 04 05 00 00 00"
                                        "10 00 01 00"
                                        "  05 00 02 00 ff 00 00 00"
                                        "  04 00 03 80"
                                        "04 00 04 00")));
}

TEST_CASE("message builder: what does not fit makes the whole message fail") {
  Bytes message{1};
  SUBCASE("an attribute") {
    MessageBuilder builder(0x10, 0);
    builder.attribute(1, Bytes(65532));
    builder.attribute(2, Bytes{1});
    CHECK_FALSE(builder.finish(message));
  }
  SUBCASE("a nest of attributes that fit") {
    MessageBuilder builder(0x10, 0);
    {
      MessageBuilder::Nest nest(builder, 1);
      builder.attribute(2, Bytes(40000));
      builder.attribute(2, Bytes(40000));
    }
    CHECK_FALSE(builder.finish(message));
  }
  CHECK(message == Bytes{1});
}

TEST_CASE("message builder: the longest attribute") {
  MessageBuilder builder(0x10, 0);
  builder.attribute(1, Bytes(65531, 0xff));
  Bytes message;
  REQUIRE(builder.finish(message));
  CHECK(message.size() == 16 + 65536);
  CHECK(hexText(std::span(message).subspan(16, 4)) == "ff ff 01 00");
}

}  // namespace netplumb::testing
