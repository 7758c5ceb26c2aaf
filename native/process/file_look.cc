#include "process/file_look.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <utility>

namespace netplumb {

Result<std::optional<uint64_t>> inodeOf(const char* path) {
  struct statx status{};
  // Only what is asked for, and as the kernel has it: no file system has to look.
  if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_INO, &status) == 0)
    return std::optional<uint64_t>(status.stx_ino);
  if (errno == ENOENT || errno == ENOTDIR) return std::optional<uint64_t>();
  return Error{errno, "statx", "", "", path};
}

Result<FileView> FileView::of(int fd, size_t size) {
  void* const start = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (start == MAP_FAILED) return Error{errno, "mmap"};
  return FileView({static_cast<const uint8_t*>(start), size});
}

FileView::FileView(FileView&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

FileView::~FileView() {
  if (!bytes_.empty()) munmap(const_cast<uint8_t*>(bytes_.data()), bytes_.size());
}

}  // namespace netplumb
