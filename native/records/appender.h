#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace netplumb {

/// A text or bytes that grow by a few at a time: std::string's own push_back is a call for each.
class Appender {
 public:
  explicit Appender(size_t expected) { bytes_.resize(expected); }

  void put(char one) {
    if (size_ == bytes_.size()) grow(1);
    bytes_[size_++] = one;
  }

  void put(std::string_view text) { std::ranges::copy(text, room(text.size())); }

  /// Where the next so many are to be written.
  char* room(size_t count) {
    if (bytes_.size() - size_ < count) grow(count);
    char* const start = bytes_.data() + size_;
    size_ += count;
    return start;
  }

  size_t size() const { return size_; }

  char& operator[](size_t at) { return bytes_[at]; }

  /// Puts a text in place of the two characters that begin there.
  void replaceTwo(size_t at, std::string_view text) {
    bytes_.resize(size_);
    bytes_.replace(at, 2, text);
    size_ = bytes_.size();
  }

  /// All of it; nothing more is put.
  std::string take() {
    bytes_.resize(size_);
    return std::move(bytes_);
  }

 private:
  void grow(size_t count) { bytes_.resize(std::max(2 * bytes_.size(), size_ + count)); }

  /// As far as `size_`; what is behind it is room.
  std::string bytes_;
  size_t size_ = 0;
};

}  // namespace netplumb
