#include "process/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netlink/test_result.h"
#include "netlink/unique_fd.h"

namespace netplumb::testing {

namespace {

/// A file without a name, and ways to open it again.
class File {
 public:
  File() : fd_(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) { REQUIRE(fd_); }

  UniqueFd openAgain() const {
    const std::string path = "/proc/self/fd/" + std::to_string(fd_.get());
    return UniqueFd(open(path.c_str(), O_RDWR | O_CLOEXEC));
  }

 private:
  UniqueFd fd_;
};

}  // namespace

TEST_CASE("a file is one holder's until it lets go or closes it") {
  const File file;
  const UniqueFd one = file.openAgain();
  UniqueFd other = file.openAgain();
  CHECK(must(lockFile(one.get())));
  CHECK(must(lockFile(one.get())));
  CHECK(!must(lockFile(other.get())));
  must(unlockFile(one.get()));
  CHECK(must(lockFile(other.get())));
  CHECK(!must(lockFile(one.get())));
  other.reset();
  CHECK(must(lockFile(one.get())));
}

TEST_CASE("a file is free when its holder was killed, and when it lets go though a child has the descriptor") {
  const File file;
  const UniqueFd ours = file.openAgain();
  int ready[2];
  REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
  const pid_t holder = fork();
  if (holder == 0) {
    const UniqueFd theirs = file.openAgain();
    const char answer = must(lockFile(theirs.get())) ? 'y' : 'n';
    if (write(ready[1], &answer, 1) == 1) pause();
    _exit(1);
  }
  char answer = 0;
  REQUIRE(read(ready[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  CHECK(!must(lockFile(ours.get())));
  kill(holder, SIGKILL);
  REQUIRE(waitpid(holder, nullptr, 0) == holder);
  CHECK(must(lockFile(ours.get())));

  const pid_t heir = fork();
  if (heir == 0) {
    pause();
    _exit(1);
  }
  must(unlockFile(ours.get()));
  const UniqueFd next = file.openAgain();
  CHECK(must(lockFile(next.get())));
  kill(heir, SIGKILL);
  REQUIRE(waitpid(heir, nullptr, 0) == heir);
  close(ready[0]);
  close(ready[1]);
}

TEST_CASE("what is no open file cannot be taken") {
  CHECK(lockFile(-1).error().number == EBADF);
  CHECK(unlockFile(-1).error().operation == "flock");
}

}  // namespace netplumb::testing
