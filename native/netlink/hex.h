#pragma once

#include <cstdint>
#include <string>

namespace netplumb {

/// 0 to 15; -1 for what is no hexadecimal digit, of either case.
constexpr int hexDigit(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

/// Its two digits, in small letters.
inline void writeHex(char* target, uint8_t byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  target[0] = kDigits[byte >> 4];
  target[1] = kDigits[byte & 0xf];
}

}  // namespace netplumb
