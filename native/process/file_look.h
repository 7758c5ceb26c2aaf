#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>

#include "netlink/result.h"

namespace netplumb {

/// The inode that a path leads to; nothing where there is no such file.
Result<std::optional<uint64_t>> inodeOf(const char* path);

/// The first bytes of an open file, as they are at each moment (mmap(2), shared), for reading.
class FileView {
 public:
  /// Of a file that is shorter, what lies behind its last page must not be read (SIGBUS).
  static Result<FileView> of(int fd, size_t size);

  FileView(FileView&& other) noexcept;
  FileView& operator=(FileView&&) = delete;
  FileView(const FileView&) = delete;
  FileView& operator=(const FileView&) = delete;
  ~FileView();

  std::span<const uint8_t> bytes() const { return bytes_; }

 private:
  explicit FileView(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  std::span<const uint8_t> bytes_;
};

}  // namespace netplumb
