#include "process/captured_streams.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "process/test_command.h"

namespace netplumb::testing {

namespace {

/// A script that reads `input` and whose output is kept.
ExitStatus runTool(const std::string& script, std::string input) {
  const BlockedSignals blocked;
  Command command = shell(script);
  command.input = std::move(input);
  Child child = must(Child::fork(command));
  must(child.started());
  return must(child.wait());
}

auto openDescriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

const std::string kMegabytes(3 * CapturedStreams::kLongestText, 'x');

}  // namespace

TEST_CASE("a tool reads its input as a file, and both its streams are kept apart") {
  const std::string input("text\0\xff\n", 7);
  const ExitStatus status = runTool("cat; cat /dev/stdin >&2; echo . >&2; exit 4", input);
  CHECK(status.output == input);
  CHECK(status.errors == input + ".\n");
  CHECK(status.code == 4);
}

TEST_CASE("a tool without input reads nothing") { CHECK(runTool("wc -c", "").output == "0\n"); }

TEST_CASE("input of any size is read, or not") {
  CHECK(runTool("wc -c", kMegabytes).output == std::to_string(kMegabytes.size()) + "\n");
  CHECK(runTool("exit 0", kMegabytes).code == 0);
}

TEST_CASE("of each stream only the beginning is kept, but the tool is not held up") {
  const ExitStatus status = runTool("cat; cat /dev/stdin >&2; exit 6", kMegabytes);
  CHECK(status.output.size() == CapturedStreams::kLongestText);
  CHECK(status.errors.size() == CapturedStreams::kLongestText);
  CHECK(status.code == 6);
}

TEST_CASE("a tool that closes its streams is waited for, one that leaves them to others is not waited for any longer") {
  CHECK(runTool("exec >&- 2>&-; sleep 0.1; exit 7", "").code == 7);
  const auto began = std::chrono::steady_clock::now();
  const ExitStatus status = runTool("sleep 30 & echo $!", "");
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
  REQUIRE(kill(std::stoi(status.output), SIGKILL) == 0);
}

TEST_CASE("a tool shares our mounts and our host name") {
  for (const char* kind : {"mnt", "uts"}) {
    char ours[64];
    const ssize_t length = readlink((std::string("/proc/self/ns/") + kind).c_str(), ours, sizeof ours);
    REQUIRE(length > 0);
    const ExitStatus status = runTool(std::string("readlink /proc/self/ns/") + kind, "");
    CHECK(status.output == std::string(ours, static_cast<size_t>(length)) + "\n");
  }
}

TEST_CASE("a tool leaves no descriptor behind, whether it could be started or not") {
  const auto before = openDescriptors();
  runTool("echo", "text");
  {
    const BlockedSignals blocked;
    Command command = shell("");
    command.candidates = {"/nowhere"};
    command.input = "text";
    Child child = must(Child::fork(command));
    CHECK(mustFail(child.started()).number == ENOENT);
  }
  CHECK(openDescriptors() == before);
}

TEST_CASE("a tool that is given up is killed") {
  const BlockedSignals blocked;
  Command command = shell("exec sleep 60");
  command.input = "";
  {
    Child child = must(Child::fork(command));
  }
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

}  // namespace netplumb::testing
