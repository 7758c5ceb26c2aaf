#include "process/file_look.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "netlink/test_result.h"
#include "netlink/unique_fd.h"

namespace netplumb::testing {

TEST_CASE("a path's inode is that of the file that it leads to") {
  struct stat status{};
  REQUIRE(stat("/proc/self/ns/net", &status) == 0);
  CHECK(must(inodeOf("/proc/self/ns/net")) == status.st_ino);
}

TEST_CASE("where there is no file there is no inode, and what cannot be looked at is refused") {
  CHECK(!must(inodeOf("/nothing/here")));
  CHECK(!must(inodeOf("/proc/version/below")));
  const std::string tooLong(NAME_MAX + 1, 'a');
  const auto refused = inodeOf(tooLong.c_str());
  CHECK(refused.error().number == ENAMETOOLONG);
  CHECK(refused.error().operation == "statx");
  CHECK(refused.error().object == tooLong);
}

TEST_CASE("a view shows what others write to the file, also once its descriptor is closed") {
  UniqueFd file(memfd_create("view", MFD_CLOEXEC));
  REQUIRE(file);
  REQUIRE(ftruncate(file.get(), 4096) == 0);
  auto view = must(FileView::of(file.get(), 4096));
  CHECK(view.bytes()[100] == 0);
  REQUIRE(pwrite(file.get(), "x", 1, 100) == 1);
  CHECK(view.bytes()[100] == 'x');
  file.reset();
  const FileView other = std::move(view);
  CHECK(view.bytes().empty());
  CHECK(other.bytes()[100] == 'x');
}

TEST_CASE("what cannot be mapped is refused") {
  CHECK(FileView::of(-1, 4096).error().number == EBADF);
  CHECK(FileView::of(-1, 4096).error().operation == "mmap");
}

}  // namespace netplumb::testing
