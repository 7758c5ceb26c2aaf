#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <stdexcept>

#include "netlink/hex.h"
#include "netlink/json_cursor.h"
#include "netlink/text_address.h"
#include "records/appender.h"
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

/// kWords by a number that few of them have in common: a table of four times as many places as there can be words, each
/// word in the first that is free from its own on.
class WordTable {
 public:
  consteval WordTable() {
    for (size_t i = 0; i < kWords.size(); ++i) {
      // An exception is no constant: it does not compile.
      if (find(kWords[i]) != 0) throw std::logic_error("a word stands twice in kWords");
      size_t place = placeOf(kWords[i]);
      while (places_[place] != 0) place = next(place);
      places_[place] = static_cast<uint8_t>(kFirstWord + i);
    }
  }

  /// Its number in the file; 0 for what is none.
  constexpr uint8_t find(std::string_view text) const {
    if (text.empty()) return 0;
    for (size_t place = placeOf(text); places_[place] != 0; place = next(place)) {
      if (kWords[places_[place] - kFirstWord] == text) return places_[place];
    }
    return 0;
  }

 private:
  static constexpr size_t kPlaces = 512;

  static constexpr size_t placeOf(std::string_view text) {
    const auto unit = [&](size_t at) { return static_cast<size_t>(static_cast<uint8_t>(text[at])); };
    return (unit(0) + 21 * unit(text.size() / 2) + 65 * unit(text.size() - 1) + 11 * text.size()) % kPlaces;
  }

  static constexpr size_t next(size_t place) { return (place + 1) % kPlaces; }

  std::array<uint8_t, kPlaces> places_{};
};

constexpr WordTable kWordTable;

constexpr bool isDigit(char16_t character) { return character >= '0' && character <= '9'; }

/// As we write them: capital letters are another text.
constexpr bool isHexDigit(char16_t character) { return isDigit(character) || (character >= 'a' && character <= 'f'); }

/// What isHexDigit() takes, by character; −1 for all others.
constexpr auto kHexValues = [] {
  std::array<int8_t, 256> values;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = isHexDigit(static_cast<char16_t>(i)) ? static_cast<int8_t>(hexDigit(static_cast<char>(i))) : int8_t{-1};
  }
  return values;
}();

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
  Packer(std::u16string_view json, std::u16string_view key) : json_(json), key_(key), bytes_(json.size()) {}

  std::optional<std::string> pack() {
    if (!value(0) || !json_.isAtEnd()) return std::nullopt;
    return bytes_.take();
  }

 private:
  bool value(int depth) {
    switch (json_.next()) {
      case '"':
        return string();
      case '{':
        return depth < kDeepest && object(depth);
      case '[':
        return depth < kDeepest && list(depth);
      case 't':
        return literal("true", Tag::kTrue);
      case 'f':
        return literal("false", Tag::kFalse);
      case 'n':
        return literal("null", Tag::kNull);
      default:
        return number();
    }
  }

  bool object(int depth) {
    json_.take('{');
    return counted(Tag::kObject, Tag::kLongObject, '}',
                   [&] { return string() && json_.take(':') && value(depth + 1); });
  }

  bool list(int depth) {
    json_.take('[');
    return counted(Tag::kList, Tag::kLongList, ']', [&] { return value(depth + 1); });
  }

  /// Items behind how many they are.
  template <typename Item>
  bool counted(Tag shortTag, Tag longTag, char end, Item item) {
    const size_t start = bytes_.size();
    put(shortTag);
    putByte(0);
    size_t count = 0;
    const bool isWhole = json_.takeItems(end, [&] {
      ++count;
      return item();
    });
    if (!isWhole || count > UINT32_MAX) return false;
    if (count <= kLongest) {
      bytes_[start + 1] = static_cast<char>(count);
    } else {
      std::array<char, 5> head = {static_cast<char>(longTag)};
      write(&head[1], count, 4);
      bytes_.replaceTwo(start, {head.data(), head.size()});
    }
    return true;
  }

  bool literal(std::string_view text, Tag tag) {
    if (!json_.takeLiteral(text)) return false;
    put(tag);
    return true;
  }

  bool number() {
    const std::string_view text = json_.takeNumber();
    if (const auto whole = wholeNumber(text); whole && *whole < kWholeNumbers) {
      putWhole(*whole);
      return true;
    }
    double number = 0;
    const char* const behind = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), behind, number);
    if (error != std::errc() || end != behind) return false;
    put(Tag::kFloat64);
    append(std::bit_cast<uint64_t>(number), 8);
    return true;
  }

  bool string() {
    const auto text = json_.takeString();
    if (text) putString(text->units, text->isAscii);
    return text.has_value();
  }

  void putString(std::u16string_view text, bool isAscii) {
    if (!isAscii) {
      putText(text);
      return;
    }
    ascii_.resize(text.size());
    std::ranges::copy(text, ascii_.begin());
    putAscii(ascii_);
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
    bytes_.put(text);
  }

  void putText(std::u16string_view text) {
    put(Tag::kText);
    append(text.size(), 4);
    for (const char16_t unit : text) append(unit, 2);
  }

  bool putWord(std::string_view text) {
    const uint8_t word = kWordTable.find(text);
    if (word != 0) putByte(word);
    return word != 0;
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
        return putHex(Tag::kId, text);
      case kMacLength:
        return putMac(text);
      case kShortHexLength:
        return putHex(Tag::kHex, text);
      default:
        return text.size() <= kLongestIpv4 ? putDecimal(text) || putIpv4(text) : putParts(text);
    }
  }

  bool putHex(Tag tag, std::string_view digits) {
    std::array<char, kIdLength / 2> bytes;
    const size_t size = digits.size() / 2;
    int all = 0;
    for (size_t i = 0; i < size; ++i) {
      const int value =
          kHexValues[static_cast<uint8_t>(digits[2 * i])] << 4 | kHexValues[static_cast<uint8_t>(digits[2 * i + 1])];
      bytes[i] = static_cast<char>(value);
      all |= value;
    }
    if (all < 0) return false;
    put(tag);
    if (tag == Tag::kHex) putByte(size);
    bytes_.put({bytes.data(), size});
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
    std::ranges::copy(address, bytes_.room(address.size()));
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
      append(number, 2);
    } else if (number <= UINT32_MAX) {
      put(Tag::kUint32);
      append(number, 4);
    } else {
      put(Tag::kUint48);
      append(number, 6);
    }
  }

  void put(Tag tag) { putByte(static_cast<uint8_t>(tag)); }

  void putByte(size_t byte) { bytes_.put(static_cast<char>(byte)); }

  void append(uint64_t number, size_t size) { write(bytes_.room(size), number, size); }

  static void write(char* target, uint64_t number, size_t size) {
    for (size_t i = 0; i < size; ++i) target[i] = static_cast<char>(number >> (8 * i));
  }

  JsonCursor<char16_t> json_;
  const std::u16string_view key_;
  Appender bytes_;
  /// The latest string that is ASCII; kept for its memory.
  std::string ascii_;
};

}  // namespace

std::optional<std::string> packJson(std::u16string_view json, std::u16string_view key) {
  return Packer(json, key).pack();
}

}  // namespace netplumb
