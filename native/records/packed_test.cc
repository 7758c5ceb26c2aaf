#include "records/packed.h"

#include "netlink/test_support.h"

namespace netplumb::testing {

namespace {

const std::u16string kKey = u"6630835f7f6546a28795743adaa48753b191e0ec2b46483b8896ff3e1e73bd67";

std::optional<Bytes> packed(std::u16string_view json, std::u16string_view key = kKey) {
  const auto bytes = packJson(json, key);
  return bytes ? std::optional(Bytes(bytes->begin(), bytes->end())) : std::nullopt;
}

std::u16string nested(size_t depth) { return std::u16string(depth, '[') + std::u16string(depth, ']'); }

struct Case {
  std::u16string json;
  Bytes bytes;
};

/// What files have: a change here is one of the format.
const Case kCases[] = {
    {u"null", hex("40")},
    {u"true", hex("41")},
    {u"false", hex("42")},
    {u"63", hex("3f")},
    {u"64", hex("43 4000")},
    {u"65536", hex("44 00000100")},
    {u"281474976710655", hex("45 ffffffffffff")},
    {u"281474976710656", hex("46 000000000000f042")},
    {u"-1", hex("46 000000000000f0bf")},
    {u"0.5", hex("46 000000000000e03f")},
    {u"1e+21", hex("46 50efe2d6e41a4b44")},
    {u"\"\"", hex("47 00")},
    {u"\"web\"", hex("47 03 776562")},
    {u"\"id\"", hex("80")},
    {u"\"eth1\"", hex("dc")},
    {u"\"\\u0001\\u005c\"", hex("47 02 015c")},
    {u"\"\u00e4\"", hex("48 01000000 e400")},
    {u"\"\\ud800\"", hex("48 01000000 00d8")},
    {u"\"" + kKey + u"\"", hex("4a")},
    {u"\"6630835f7f65\"", hex("4b 0c")},
    {u"\"ad85c7737a8a423b80da89743a6dc501d3682b157a5141de8d5be565ba6fac6b\"",
     hex("49 ad85c7737a8a423b80da89743a6dc501d3682b157a5141de8d5be565ba6fac6b")},
    {u"\"10.64.0.2\"", hex("4c 0a400002")},
    {u"\"10.64.0.02\"", hex("47 0a 31302e36342e302e3032")},
    {u"\"02:42:0a:40:00:02\"", hex("4d 02420a400002")},
    {u"\"2382316\"", hex("52 44 ec592400")},
    {u"\"007\"", hex("47 03 303037")},
    {u"\"e59d37bb\"", hex("53 04 e59d37bb")},
    {u"\"4026531836:3156:web:eth0\"", hex("54 04 52 44 fcffffef 52 43 540c 47 03 776562 db")},
    {u"[]", hex("4e 00")},
    {u"[1,[true]]", hex("4e 02 01 4e 01 41")},
    {u"{}", hex("50 00")},
    {u"{\"id\":1,\"x\":{}}", hex("50 02 80 01 47 01 78 50 00")},
};

}  // namespace

TEST_CASE("records: each kind of value is written as it stands in files, and read again") {
  for (const Case& one : kCases) {
    const auto json = unpackJson(one.bytes, kKey);
    INFO(std::string(one.json.begin(), one.json.end()));
    CHECK(packed(one.json) == one.bytes);
    REQUIRE(json);
    CHECK(packed(std::u16string(json->begin(), json->end())) == one.bytes);
  }
}

TEST_CASE("records: many members and long texts have longer counts") {
  std::u16string list = u"[0";
  for (int i = 1; i < 300; ++i) list += u",0";
  const auto bytes = packed(list + u"]");
  REQUIRE(bytes);
  CHECK(Bytes(bytes->begin(), bytes->begin() + 5) == hex("4f 2c010000"));
  CHECK(bytes->size() == 305);
  CHECK(unpackJson(*bytes, kKey) == std::string(list.begin(), list.end()) + "]");
  const auto text = packed(u"\"" + std::u16string(256, 'x') + u"\"");
  REQUIRE(text);
  CHECK(Bytes(text->begin(), text->begin() + 5) == hex("48 00010000"));
  CHECK(text->size() == 5 + 512);
}

TEST_CASE("records: what JSON.stringify does not write is refused") {
  for (const std::u16string text :
       {u"",         u" ",          u"x",         u"tru",       u"nul",
        u"-",        u"+1x",        u"1 ",        u"1,2",       u"1e999",
        u"\"",       u"\"\\",       u"\"\\x\"",   u"\"\\u12\"", u"\"\\u12G4\"",
        u"[",        u"[1",         u"[1,",       u"[,1]",      u"[1,]",
        u"[1}",      u"{",          u"{1:2}",     u"{\"a\"",    u"{\"a\":",
        u"{\"a\":1", u"{\"a\":1,}", u"{\"a\":1]", u"{}{}",      u"11111111111111111111111111111111111111111111"}) {
    INFO(std::string(text.begin(), text.end()));
    CHECK_FALSE(packed(text));
  }
}

TEST_CASE("records: values within one another have an end") {
  CHECK(packed(nested(64)));
  CHECK_FALSE(packed(nested(65)));
  CHECK_FALSE(packed(std::u16string(1'000'000, '[')));
  CHECK_FALSE(unpackJson(Bytes(1'000'000, 0x4e), kKey));
}

TEST_CASE("records: bytes that are no value, or not all of one, or more, are refused") {
  const auto whole = packed(
      u"{\"id\":[\"10.64.0.2\",\"02:42:0a:40:00:02\",\"2382316\",\"4026531836:3156:web:eth0\",\"e59d37bb\",\"\u00e4\","
      u"70,0.5]}");
  REQUIRE(whole);
  for (size_t size = 0; size < whole->size(); ++size) CHECK_FALSE(unpackJson(std::span(*whole).first(size), kKey));
  Bytes more = *whole;
  more.push_back(0);
  CHECK_FALSE(unpackJson(more, kKey));
  const std::vector<Bytes> others = {
      hex("55"),                   // no tag
      hex("7f"),                   //
      hex("ff"),                   // no word
      hex("4f ffffffff 00"),       // more items than there are
      hex("50 01 00 00"),          // a number as a name
      hex("52 47 01 31"),          // a text as a decimal
      hex("54 01 40"),             // a part that is no text
      hex("54 01 54 00"),          // parts of parts
      hex("46 000000000000f07f"),  // infinite
  };
  for (const Bytes& bytes : others) CHECK_FALSE(unpackJson(bytes, kKey));
}

TEST_CASE("records: no text ends the JSON that it is in") {
  CHECK(unpackJson(hex("47 04 22 5c 0a ff"), kKey) == R"("\u0022\u005c\u000a\u00ff")");
  CHECK(unpackJson(hex("4a"), u"\"\\\u00e4") == R"("\u0022\u005c\u00e4")");
  // The key may have become another than the one it was written for.
  CHECK(unpackJson(hex("4b 05"), u"web") == "\"web\"");
}

}  // namespace netplumb::testing
