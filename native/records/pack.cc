#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <utility>

#include "netlink/hex.h"
#include "netlink/text_address.h"
#include "records/format.h"
#include "records/packed.h"

namespace netplumb {

namespace {

constexpr size_t kIdLength = 64;
constexpr size_t kMacLength = 17;
constexpr size_t kShortHexLength = 8;
constexpr size_t kLongestIpv4 = 15;
/// Of a length that is one byte.
constexpr size_t kLongest = 255;
/// What is worth a reference to the key, and the division into parts.
constexpr size_t kLeastKeyStart = 4;
constexpr size_t kLeastParts = 20;
constexpr uint64_t kWholeNumbers = uint64_t{1} << 48;

struct NumberedWord {
  std::string_view text;
  uint8_t number;
};

/// By length first: that decides most comparisons.
constexpr auto orderOf(std::string_view text) { return std::pair(text.size(), text); }

constexpr auto orderOfWord(const NumberedWord& word) { return orderOf(word.text); }

/// kWords in this order.
constexpr auto kSortedWords = [] {
  std::array<NumberedWord, kWords.size()> sorted;
  for (size_t i = 0; i < sorted.size(); ++i) sorted[i] = {kWords[i], static_cast<uint8_t>(kFirstWord + i)};
  std::ranges::sort(sorted, {}, orderOfWord);
  return sorted;
}();
static_assert(std::ranges::adjacent_find(kSortedWords, {}, orderOfWord) == kSortedWords.end());

bool isDigit(char16_t character) { return character >= '0' && character <= '9'; }

/// As we write them: capital letters are another text.
bool isHexDigit(char16_t character) { return isDigit(character) || (character >= 'a' && character <= 'f'); }

/// Of a text that has no more than 15 digits and nothing else; others are no whole numbers to us.
std::optional<uint64_t> wholeNumber(std::string_view text) {
  constexpr size_t kMostDigits = 15;
  if (text.empty() || text.size() > kMostDigits || !std::ranges::all_of(text, isDigit)) return std::nullopt;
  uint64_t number = 0;
  for (const char digit : text) number = 10 * number + static_cast<uint64_t>(digit - '0');
  return number;
}

/// Goes through the JSON once and writes each value as it comes.
class Packer {
 public:
  Packer(std::u16string_view json, std::u16string_view key) : json_(json), key_(key) { bytes_.reserve(json.size()); }

  std::optional<std::string> pack() {
    if (!value(0) || at_ != json_.size()) return std::nullopt;
    return std::move(bytes_);
  }

 private:
  bool value(int depth) {
    switch (next()) {
      case '"':
        return string();
      case '{':
        return depth < kDeepest && members(depth, Tag::kObject, Tag::kLongObject, '}');
      case '[':
        return depth < kDeepest && members(depth, Tag::kList, Tag::kLongList, ']');
      case 't':
        return literal(u"true", Tag::kTrue);
      case 'f':
        return literal(u"false", Tag::kFalse);
      case 'n':
        return literal(u"null", Tag::kNull);
      default:
        return number();
    }
  }

  /// Of an object or a list.
  bool members(int depth, Tag shortTag, Tag longTag, char16_t end) {
    const size_t start = bytes_.size();
    put(shortTag);
    putByte(0);
    size_t count = 0;
    skip();
    if (!take(end)) {
      do {
        if (shortTag == Tag::kObject && !(next() == '"' && string() && take(':'))) return false;
        if (!value(depth + 1)) return false;
        ++count;
      } while (take(','));
      if (!take(end)) return false;
    }
    if (count > UINT32_MAX) return false;
    if (count <= kLongest) {
      bytes_[start + 1] = static_cast<char>(count);
    } else {
      std::string head(1, static_cast<char>(longTag));
      append(head, count, 4);
      bytes_.replace(start, 2, head);
    }
    return true;
  }

  bool literal(std::u16string_view text, Tag tag) {
    if (!json_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    put(tag);
    return true;
  }

  bool number() {
    std::array<char, 32> text;
    size_t length = 0;
    const auto isPart = [](char16_t one) {
      return isDigit(one) || one == '-' || one == '+' || one == '.' || one == 'e';
    };
    while (isPart(next())) {
      if (length == text.size()) return false;
      text[length++] = static_cast<char>(json_[at_++]);
    }
    const std::string_view whole(text.data(), length);
    if (const auto number = wholeNumber(whole); number && *number < kWholeNumbers) {
      putWhole(*number);
      return true;
    }
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + length, number);
    if (error != std::errc() || end != text.data() + length) return false;
    put(Tag::kFloat64);
    append(bytes_, std::bit_cast<uint64_t>(number), 8);
    return true;
  }

  bool string() {
    const auto text = readString();
    if (!text) return false;
    if (std::ranges::all_of(*text, [](char16_t one) { return one < 0x80; })) {
      ascii_.resize(text->size());
      std::ranges::copy(*text, ascii_.begin());
      putAscii(ascii_);
    } else {
      putText(*text);
    }
    return true;
  }

  /// From one quotation mark to behind the other: a part of the JSON, or `text_` where that has escapes.
  std::optional<std::u16string_view> readString() {
    skip();
    const size_t start = at_;
    // find_first_of takes three times as long.
    while (at_ < json_.size() && json_[at_] != '"' && json_[at_] != '\\') ++at_;
    if (take('"')) return json_.substr(start, at_ - 1 - start);
    text_.assign(json_.substr(start, at_ - start));
    while (at_ < json_.size()) {
      const char16_t one = json_[at_++];
      if (one == '"') return text_;
      if (one != '\\') {
        text_.push_back(one);
      } else if (!readEscape()) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool readEscape() {
    constexpr std::u16string_view kEscapes = u"\"\\/bfnrt";
    constexpr std::u16string_view kMeanings = u"\"\\/\b\f\n\r\t";
    const char16_t kind = next();
    skip();
    if (const size_t which = kEscapes.find(kind); which != kEscapes.npos) {
      text_.push_back(kMeanings[which]);
      return true;
    }
    // JSON.stringify writes small letters.
    const auto digits = json_.substr(std::min(at_, json_.size()), 4);
    if (kind != 'u' || digits.size() < 4 || !std::ranges::all_of(digits, isHexDigit)) return false;
    int unit = 0;
    for (const char16_t digit : digits) unit = 16 * unit + hexDigit(static_cast<char>(digit));
    text_.push_back(static_cast<char16_t>(unit));
    at_ += digits.size();
    return true;
  }

  void putAscii(std::string_view text) {
    if (putWord(text) || putKey(text) || putSpecial(text)) return;
    putPlain(text);
  }

  void putPlain(std::string_view text) {
    if (text.size() > kLongest) {
      putText(std::u16string(text.begin(), text.end()));
      return;
    }
    put(Tag::kAscii);
    putByte(text.size());
    bytes_.append(text);
  }

  void putText(std::u16string_view text) {
    put(Tag::kText);
    append(bytes_, text.size(), 4);
    for (const char16_t unit : text) append(bytes_, unit, 2);
  }

  bool putWord(std::string_view text) {
    const auto found = std::ranges::lower_bound(kSortedWords, orderOf(text), {}, orderOfWord);
    if (found == kSortedWords.end() || found->text != text) return false;
    putByte(found->number);
    return true;
  }

  bool putKey(std::string_view text) {
    if (text.size() < kLeastKeyStart || text.size() > kLongest || text.size() > key_.size()) return false;
    if (!std::equal(text.begin(), text.end(), key_.begin())) return false;
    if (text.size() == key_.size()) {
      put(Tag::kKey);
    } else {
      put(Tag::kKeyStart);
      putByte(text.size());
    }
    return true;
  }

  /// What is shorter than its characters.
  bool putSpecial(std::string_view text) {
    if (text.empty() || !isHexDigit(text.front())) return false;
    switch (text.size()) {
      case kIdLength:
        return std::ranges::all_of(text, isHexDigit) && putHex(Tag::kId, text);
      case kMacLength:
        return putMac(text);
      case kShortHexLength:
        return std::ranges::all_of(text, isHexDigit) && putHex(Tag::kHex, text);
      default:
        return text.size() <= kLongestIpv4 ? putDecimal(text) || putIpv4(text) : putParts(text);
    }
  }

  bool putHex(Tag tag, std::string_view digits) {
    put(tag);
    if (tag == Tag::kHex) putByte(digits.size() / 2);
    for (size_t i = 0; i + 1 < digits.size(); i += 2)
      putByte(static_cast<size_t>(hexDigit(digits[i]) << 4 | hexDigit(digits[i + 1])));
    return true;
  }

  bool putMac(std::string_view text) {
    const auto address = parseHardware(std::string(text));
    return address && formatHardware(*address) == text && putAddress(Tag::kMac, *address);
  }

  bool putIpv4(std::string_view text) {
    const auto address = parseIp(std::string(text));
    return address && address->size() == 4 && putAddress(Tag::kIpv4, *address);
  }

  bool putAddress(Tag tag, std::span<const uint8_t> address) {
    put(tag);
    bytes_.append(address.begin(), address.end());
    return true;
  }

  bool putDecimal(std::string_view text) {
    const auto number = wholeNumber(text);
    if (!number || *number >= kWholeNumbers || (text.front() == '0' && text.size() > 1)) return false;
    put(Tag::kDecimal);
    putWhole(*number);
    return true;
  }

  /// The owner of a record (src/store/owner.ts) has some.
  bool putParts(std::string_view text) {
    if (text.size() < kLeastParts || text.size() > kLongest || text.find(':') == text.npos) return false;
    put(Tag::kParts);
    putByte(static_cast<size_t>(std::ranges::count(text, ':')) + 1);
    for (size_t start = 0; start <= text.size();) {
      const size_t end = std::min(text.find(':', start), text.size());
      const std::string_view part = text.substr(start, end - start);
      if (!putWord(part) && !putSpecial(part)) putPlain(part);
      start = end + 1;
    }
    return true;
  }

  void putWhole(uint64_t number) {
    if (number < kSmallNumbers) {
      putByte(number);
    } else if (number <= UINT16_MAX) {
      put(Tag::kUint16);
      append(bytes_, number, 2);
    } else if (number <= UINT32_MAX) {
      put(Tag::kUint32);
      append(bytes_, number, 4);
    } else {
      put(Tag::kUint48);
      append(bytes_, number, 6);
    }
  }

  void put(Tag tag) { putByte(static_cast<uint8_t>(tag)); }

  void putByte(size_t byte) { bytes_.push_back(static_cast<char>(byte)); }

  static void append(std::string& bytes, uint64_t number, int size) {
    for (int i = 0; i < size; ++i) bytes.push_back(static_cast<char>(number >> (8 * i)));
  }

  /// The next character; 0, which JSON has nowhere, at the end.
  char16_t next() const { return at_ < json_.size() ? json_[at_] : u'\0'; }

  void skip() { ++at_; }

  bool take(char16_t character) {
    if (next() != character) return false;
    skip();
    return true;
  }

  const std::u16string_view json_;
  const std::u16string_view key_;
  size_t at_ = 0;
  std::string bytes_;
  /// The latest string that had escapes, and the latest that is ASCII; kept for their memory.
  std::u16string text_;
  std::string ascii_;
};

}  // namespace

std::optional<std::string> packJson(std::u16string_view json, std::u16string_view key) {
  return Packer(json, key).pack();
}

}  // namespace netplumb
