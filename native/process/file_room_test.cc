#include "process/file_room.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netlink/test_result.h"
#include "netlink/unique_fd.h"

namespace netplumb::testing {

TEST_CASE("a file has the room that it takes, and is as long as before") {
  const UniqueFd file(memfd_create("room", MFD_CLOEXEC));
  REQUIRE(file);
  CHECK(must(reserveFile(file.get(), 0, 40960)));
  CHECK(must(reserveFile(file.get(), 40960, 81920)));
  struct stat status{};
  REQUIRE(fstat(file.get(), &status) == 0);
  CHECK(status.st_blocks == 81920 / 512);
  CHECK(status.st_size == 0);
}

TEST_CASE("where room cannot be taken in advance, that is not an error") {
  const UniqueFd file(open("/proc/self/comm", O_RDWR | O_CLOEXEC));
  REQUIRE(file);
  CHECK(!must(reserveFile(file.get(), 0, 4096)));
}

TEST_CASE("what is no file, or nothing to take, is refused") {
  CHECK(reserveFile(-1, 0, 4096).error().number == EBADF);
  CHECK(reserveFile(-1, 0, 4096).error().operation == "fallocate");
  const UniqueFd file(memfd_create("room", MFD_CLOEXEC));
  REQUIRE(file);
  CHECK(reserveFile(file.get(), 4096, 4096).error().number == EINVAL);
}

}  // namespace netplumb::testing
