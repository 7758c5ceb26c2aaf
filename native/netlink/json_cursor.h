#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "netlink/hex.h"

namespace netplumb {

/// Goes through a JSON text as JSON.stringify writes it (ECMA-262, 25.5.2): nothing stands between two tokens, escapes
/// have small letters. `Unit`: char for UTF-8, char16_t for UTF-16.
template <typename Unit>
class JsonCursor {
 public:
  using View = std::basic_string_view<Unit>;

  struct Text {
    /// Until the next one is read.
    View units;
    bool isAscii;
  };

  explicit JsonCursor(View json) : json_(json) {}

  bool isAtEnd() const { return at_ == json_.size(); }

  /// The next character; 0, which JSON has nowhere, at the end.
  Unit next() const { return at_ < json_.size() ? json_[at_] : Unit{}; }

  bool take(char character) {
    if (next() != static_cast<Unit>(character)) return false;
    ++at_;
    return true;
  }

  /// `true`, `false`, `null`.
  bool takeLiteral(std::string_view literal) {
    const View there = json_.substr(std::min(at_, json_.size()), literal.size());
    if (!std::ranges::equal(there, literal)) return false;
    at_ += literal.size();
    return true;
  }

  /// The members of an object or the items of a list, from behind what opens it to behind `end`, each read by `item`.
  template <typename Item>
  bool takeItems(char end, Item item) {
    if (take(end)) return true;
    do {
      if (!item()) return false;
    } while (take(','));
    return take(end);
  }

  /// The characters of a number, if that is one; until the next is read. Empty when it is none, or has too many.
  std::string_view takeNumber() {
    size_t length = 0;
    while (isOfNumber(next())) {
      if (length == number_.size()) return {};
      number_[length++] = static_cast<char>(json_[at_++]);
    }
    return {number_.data(), length};
  }

  /// What a string says.
  std::optional<Text> takeString() {
    if (!take('"')) return std::nullopt;
    const size_t start = at_;
    Unit all = 0;
    // find_first_of takes three times as long.
    for (; at_ < json_.size() && json_[at_] != '"' && json_[at_] != '\\'; ++at_) all |= json_[at_];
    const View text = json_.substr(start, at_ - start);
    if (!take('"')) return restOfString(text);
    return Text{text, isAscii(all)};
  }

 private:
  static constexpr bool isAscii(Unit unit) { return static_cast<std::make_unsigned_t<Unit>>(unit) < 0x80; }

  static constexpr bool isOfNumber(Unit unit) {
    return (unit >= '0' && unit <= '9') || unit == '-' || unit == '+' || unit == '.' || unit == 'e';
  }

  /// Of one that has begun like this.
  std::optional<Text> restOfString(View start) {
    text_.assign(start);
    while (at_ < json_.size()) {
      const Unit one = json_[at_++];
      if (one == '"') return Text{text_, std::ranges::all_of(text_, isAscii)};
      if (one != '\\') {
        text_.push_back(one);
      } else if (!takeEscape()) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool takeEscape() {
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    for (size_t i = 0; i < kEscapes.size(); ++i) {
      if (!take(kEscapes[i])) continue;
      text_.push_back(static_cast<Unit>(kMeanings[i]));
      return true;
    }
    if (!take('u') || json_.size() - at_ < 4) return false;
    char16_t unit = 0;
    for (const Unit digit : json_.substr(at_, 4)) {
      const int value = isAscii(digit) ? hexDigit(static_cast<char>(digit)) : -1;
      // JSON.stringify writes small letters.
      if (value < 0 || (digit >= 'A' && digit <= 'F')) return false;
      unit = static_cast<char16_t>(16 * unit + value);
    }
    at_ += 4;
    appendUnit(text_, unit);
    return true;
  }

  static void appendUnit(std::u16string& text, char16_t unit) { text.push_back(unit); }

  /// In UTF-8. What JSON.stringify escapes beside ASCII is half of a pair: nothing that UTF-8 can say.
  static void appendUnit(std::string& text, char16_t unit) {
    if (unit < 0x80) {
      text.push_back(static_cast<char>(unit));
    } else {
      text.append("\uFFFD");
    }
  }

  const View json_;
  size_t at_ = 0;
  std::array<char, 32> number_;
  /// The latest string that had escapes.
  std::basic_string<Unit> text_;
};

}  // namespace netplumb
