#include "netlink/value_json.h"

#include "netlink/test_support.h"

namespace netplumb::testing {

namespace {

std::string nested(size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

}  // namespace

TEST_CASE("json: every kind of value") {
  const Value expected = Object{{"none", Object{}},
                                {"nothing", List{}},
                                {"yes", true},
                                {"no", false},
                                {"numbers", List{0, 7, -1, 4294967295U, int64_t{9007199254740991}}},
                                {"text", "eth0"},
                                {"", Object{{"a", List{"b", Object{{"c", "d"}}}}}}};
  CHECK(valueFromJson(R"({"none":{},"nothing":[],"yes":true,"no":false,)"
                      R"("numbers":[0,7,-1,4294967295,9007199254740991],"text":"eth0","":{"a":["b",{"c":"d"}]}})") ==
        expected);
}

TEST_CASE("json: texts mean the same as in JavaScript") {
  CHECK(valueFromJson(R"("\"\\\/\b\f\n\r\t\u0001 ä €")") == Value("\"\\/\b\f\n\r\t\x01 ä €"));
  CHECK(valueFromJson(R"("/run/\u001b[0m")") == Value("/run/\x1b[0m"));
  // Half a pair, which UTF-8 cannot say; whole ones are not escaped.
  CHECK(valueFromJson(R"("a\ud83d")") == Value("a\uFFFD"));
  CHECK(valueFromJson("\"\U0001F600\"") == Value("\U0001F600"));
  CHECK(valueFromJson(R"("\u0000")") == Value(std::string(1, '\0')));
}

TEST_CASE("json: what JSON.stringify does not write, and what no message holds, is refused") {
  for (const std::string text : {"",
                                 " ",
                                 "x",
                                 "null",
                                 "[null]",
                                 "1.5",
                                 "1e21",
                                 "-",
                                 "+1",
                                 "9007199254740992",
                                 "1 ",
                                 "1,2",
                                 "\"",
                                 "\"\\",
                                 "\"\\x\"",
                                 "\"\\u12\"",
                                 "\"\\u12G4\"",
                                 "\"\\u00E4\"",
                                 "[",
                                 "[1",
                                 "[1,",
                                 "[,1]",
                                 "[1,]",
                                 "[1}",
                                 "{",
                                 "{1:2}",
                                 "{\"a\"",
                                 "{\"a\":",
                                 "{\"a\":1",
                                 "{\"a\":1,}",
                                 "{\"a\":1]",
                                 "{}{}",
                                 "tru",
                                 "fals",
                                 "[1]]",
                                 "11111111111111111111111111111111111111111111"}) {
    INFO(text);
    CHECK_FALSE(valueFromJson(text));
  }
}

TEST_CASE("json: values within one another have an end") {
  CHECK(valueFromJson(nested(32)));
  CHECK_FALSE(valueFromJson(nested(33)));
  CHECK_FALSE(valueFromJson(std::string(1'000'000, '[')));
}

}  // namespace netplumb::testing
