#include "netlink/text_address.h"

#include "netlink/test_support.h"

namespace netplumb::testing {

TEST_CASE("text address: IP addresses") {
  CHECK(parseIp("10.1.0.2") == Bytes{10, 1, 0, 2});
  CHECK(parseIp("255.255.255.255") == Bytes{255, 255, 255, 255});
  CHECK(parseIp("fd00::2") == hex("fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02"));
  CHECK(parseIp("::") == Bytes(16));
  CHECK(parseIp("::ffff:10.1.0.2") == hex("00 00 00 00 00 00 00 00 00 00 ff ff 0a 01 00 02"));
  for (const char* text :
       {"", "10", "10.1.0", "10.1.0.2.3", "10.1.0.256", "010.1.0.2", "0x0a.1.0.2", " 10.1.0.2", "10.1.0.2 ",
        "10.1.0.2/16", "fd00::2/64", "fd00::2%eth0", ":", ":::", "1::2::3", "g::", "localhost"}) {
    INFO(text);
    CHECK_FALSE(parseIp(text));
  }
  CHECK_FALSE(parseIp(std::string("10.1.0.2\0", 9)));
  CHECK_FALSE(parseIp(std::string("::\0", 3)));
}

TEST_CASE("text address: bytes as IP addresses") {
  CHECK(formatIp(Bytes{10, 1, 0, 2}) == "10.1.0.2");
  CHECK(formatIp(hex("fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02")) == "fd00::2");
  CHECK(formatIp(Bytes(16)) == "::");
  for (const size_t length : {0, 1, 3, 5, 15, 17}) CHECK_FALSE(formatIp(Bytes(length)));
}

TEST_CASE("text address: link-layer addresses, of whatever length the link has") {
  CHECK(parseHardware("02:42:ac:11:00:02") == hex("02 42 ac 11 00 02"));
  CHECK(parseHardware("02:42:AC:11:00:02") == hex("02 42 ac 11 00 02"));
  CHECK(parseHardware("ff") == Bytes{0xff});
  CHECK(formatHardware(hex("02 42 ac 11 00 02")) == "02:42:ac:11:00:02");
  CHECK(formatHardware({}) == "");
  for (const char* text : {"", "0", "2:42:ac:11:00:02", "02:42:ac:11:00:2", "02-42-ac-11-00-02", "02:42:ac:11:00:02:",
                           ":02", "02::42", "0242ac110002", "0g:42:ac:11:00:02", "02:42:ac:11:00:0g", "02 42 ac"}) {
    INFO(text);
    CHECK_FALSE(parseHardware(text));
  }
}

}  // namespace netplumb::testing
