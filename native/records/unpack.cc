#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "netlink/hex.h"
#include "netlink/text_address.h"
#include "records/appender.h"
#include "records/format.h"
#include "records/packed.h"

namespace netplumb {

namespace {

constexpr size_t kIdSize = 32;
constexpr size_t kMacSize = 6;
constexpr size_t kIpv4Size = 4;
/// So many times as long as its bytes is the JSON of nearly all records.
constexpr size_t kGrowth = 4;

using Bytes = std::span<const uint8_t>;

/// Goes through the bytes once and writes each value as it comes.
class Unpacker {
 public:
  Unpacker(Bytes bytes, std::u16string_view key) : bytes_(bytes), key_(key), json_(kGrowth * bytes.size()) {}

  std::optional<std::string> unpack() {
    if (!value(0) || !bytes_.empty()) return std::nullopt;
    return json_.take();
  }

 private:
  bool value(int depth) {
    const auto tag = next();
    if (!tag) return false;
    if (*tag < kSmallNumbers) {
      putNumber(*tag);
      return true;
    }
    switch (static_cast<Tag>(*tag)) {
      case Tag::kNull:
        json_.put("null");
        return true;
      case Tag::kTrue:
        json_.put("true");
        return true;
      case Tag::kFalse:
        json_.put("false");
        return true;
      case Tag::kUint16:
      case Tag::kUint32:
      case Tag::kUint48:
        return whole(*tag);
      case Tag::kFloat64:
        return float64();
      case Tag::kList:
        return members(depth, 1, false);
      case Tag::kLongList:
        return members(depth, 4, false);
      case Tag::kObject:
        return members(depth, 1, true);
      case Tag::kLongObject:
        return members(depth, 4, true);
      default:
        return quoted(*tag);
    }
  }

  /// Of an object or a list, behind its tag.
  bool members(int depth, size_t sizeOfCount, bool isObject) {
    const auto count = number(sizeOfCount);
    if (!count || depth == kDeepest) return false;
    json_.put(isObject ? '{' : '[');
    for (uint64_t i = 0; i < *count; ++i) {
      if (i > 0) json_.put(',');
      if (isObject) {
        const auto tag = next();
        if (!tag || !quoted(*tag)) return false;
        json_.put(':');
      }
      if (!value(depth + 1)) return false;
    }
    json_.put(isObject ? '}' : ']');
    return true;
  }

  bool quoted(uint8_t tag) {
    json_.put('"');
    if (!text(tag, false)) return false;
    json_.put('"');
    return true;
  }

  /// A text's characters, behind its tag.
  bool text(uint8_t tag, bool isPart) {
    if (tag >= kFirstWord) {
      const size_t word = tag - kFirstWord;
      if (word >= kWords.size()) return false;
      json_.put(kWords[word]);
      return true;
    }
    switch (static_cast<Tag>(tag)) {
      case Tag::kAscii:
        return ascii();
      case Tag::kText:
        return utf16();
      case Tag::kId:
        return hex(kIdSize);
      case Tag::kHex: {
        const auto size = next();
        return size && hex(*size);
      }
      case Tag::kKey:
        putUtf16(key_);
        return true;
      case Tag::kKeyStart: {
        const auto length = next();
        if (length) putUtf16(key_.substr(0, *length));
        return length.has_value();
      }
      case Tag::kIpv4:
        return ipv4();
      case Tag::kMac:
        return mac();
      case Tag::kDecimal: {
        const auto kind = next();
        return kind && whole(*kind);
      }
      case Tag::kParts:
        return !isPart && parts();
      default:
        return false;
    }
  }

  bool ascii() {
    const auto length = next();
    const auto taken = length ? take(*length) : std::nullopt;
    if (!taken) return false;
    for (const uint8_t character : *taken) putUnit(character);
    return true;
  }

  bool utf16() {
    const auto length = number(4);
    const auto taken = length ? take(2 * *length) : std::nullopt;
    if (!taken) return false;
    for (size_t i = 0; i < taken->size(); i += 2) putUnit(static_cast<char16_t>((*taken)[i] | (*taken)[i + 1] << 8));
    return true;
  }

  bool hex(size_t size) {
    const auto taken = take(size);
    if (!taken) return false;
    for (const uint8_t byte : *taken) putHex(byte);
    return true;
  }

  bool ipv4() {
    const auto taken = take(kIpv4Size);
    if (taken) json_.put(*formatIp(*taken));
    return taken.has_value();
  }

  bool mac() {
    const auto taken = take(kMacSize);
    if (taken) json_.put(formatHardware(*taken));
    return taken.has_value();
  }

  bool parts() {
    const auto count = next();
    if (!count) return false;
    for (int i = 0; i < *count; ++i) {
      if (i > 0) json_.put(':');
      const auto tag = next();
      if (!tag || !text(*tag, true)) return false;
    }
    return true;
  }

  /// The digits of a number, behind its tag.
  bool whole(uint8_t tag) {
    if (tag < kSmallNumbers) {
      putNumber(tag);
      return true;
    }
    const auto size = sizeOf(static_cast<Tag>(tag));
    const auto found = size ? number(*size) : std::nullopt;
    if (found) putNumber(*found);
    return found.has_value();
  }

  static std::optional<size_t> sizeOf(Tag tag) {
    if (tag == Tag::kUint16) return 2;
    if (tag == Tag::kUint32) return 4;
    if (tag == Tag::kUint48) return 6;
    return std::nullopt;
  }

  bool float64() {
    const auto bits = number(8);
    const auto value = bits ? std::bit_cast<double>(*bits) : NAN;
    // JSON has no others.
    if (!std::isfinite(value)) return false;
    putNumber(value);
    return true;
  }

  template <typename Number>
  void putNumber(Number number) {
    std::array<char, 32> digits;
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    json_.put({digits.data(), end});
  }

  void putHex(uint8_t byte) { writeHex(json_.room(2), byte); }

  void putUtf16(std::u16string_view text) {
    for (const char16_t unit : text) putUnit(unit);
  }

  /// Only ASCII as it is: V8 keeps such a text in half the memory and reads it the fastest.
  void putUnit(char16_t unit) {
    if (unit >= 0x20 && unit < 0x80 && unit != '"' && unit != '\\') {
      json_.put(static_cast<char>(unit));
      return;
    }
    json_.put(std::string_view("\\u"));
    putHex(static_cast<uint8_t>(unit >> 8));
    putHex(static_cast<uint8_t>(unit));
  }

  std::optional<uint8_t> next() {
    const auto taken = take(1);
    return taken ? std::optional(taken->front()) : std::nullopt;
  }

  std::optional<uint64_t> number(size_t size) {
    const auto taken = take(size);
    if (!taken) return std::nullopt;
    uint64_t value = 0;
    for (size_t i = 0; i < size; ++i) value |= uint64_t{(*taken)[i]} << (8 * i);
    return value;
  }

  std::optional<Bytes> take(size_t size) {
    if (size > bytes_.size()) return std::nullopt;
    const Bytes taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }

  /// What is still to be read.
  Bytes bytes_;
  const std::u16string_view key_;
  Appender json_;
};

}  // namespace

std::optional<std::string> unpackJson(std::span<const uint8_t> bytes, std::u16string_view key) {
  return Unpacker(bytes, key).unpack();
}

}  // namespace netplumb
