#include "process/mount_guard.h"

#include <filesystem>
#include <future>
#include <sstream>

#include "process/supervisor.h"
#include "process/test_command.h"
#include "process/test_directory.h"

namespace netplumb::testing {

namespace {

/// What a command prints that runs under a supervisor with these mounts.
std::string outputOf(Command command, std::vector<Mount> mounts) {
  command.mounts = std::move(mounts);
  std::promise<Result<ExitStatus>> ended;
  CapturedOutput output;
  Supervisor supervisor(std::move(command),
                        {[](Status status) { must(std::move(status)); },
                         [&ended](Result<ExitStatus> status) { ended.set_value(std::move(status)); }});
  CHECK(must(ended.get_future().get()).code == 0);
  return output.text();
}

std::string outputOf(std::vector<Mount> mounts, const std::string& script) {
  return outputOf(shell(script), std::move(mounts));
}

/// A line of a script that does something in our mount namespace, as anyone on the host may.
std::string outside(const std::string& script) { return "nsenter --target $PPID --mount sh -c '" + script + "'\n"; }

/// One that waits until a file says something: ten seconds at most, and then gives up.
std::string until(const std::string& file, const std::string& text) {
  return "i=0; until [ \"$(cat " + file + ")\" = " + text +
         " ]; do i=$((i + 1)); [ $i -le 1000 ] || exit 9; sleep 0.01; done\n";
}

}  // namespace

TEST_CASE("a file that is replaced while the command runs is covered again, each time, and also a link") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours"), theirs = directory.file("theirs", "theirs");
  const std::string link = directory.path("link"), next = directory.path("next");
  std::filesystem::create_symlink("theirs", link);
  std::string script;
  for (const std::string& target : {theirs, link}) {
    for (int round = 0; round < 5; ++round) {
      script += outside("echo replaced >" + next + "; mv " + next + " " + target) + until(target, "ours");
    }
  }
  CHECK(outputOf({{ours, theirs}, {ours, link}}, script + "cat " + theirs + " " + link) == "oursours");
}

TEST_CASE("a file that is removed and made anew is covered again") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours"), theirs = directory.file("theirs", "theirs");
  const std::string script = outside("rm " + theirs + "; echo new >" + theirs) + until(theirs, "ours");
  CHECK(outputOf({{ours, theirs}}, script + "cat " + theirs) == "ours");
}

TEST_CASE("a program that goes to a root of its own has that as it is") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours"), theirs = directory.file("theirs", "theirs");
  const std::string root = directory.path("root"), inner = root + theirs;
  std::filesystem::create_directories(root + "/tmp" + theirs.substr(4, theirs.rfind('/') - 4));
  std::ofstream(inner) << "inner";
  Command command;
  command.candidates = {"/usr/bin/unshare"};
  const std::string script =
      "mount --bind " + root + " " + root + "; cd " + root +
      "; mkdir -p bin usr lib lib64 old; for one in bin usr lib lib64; do mount --rbind /$one $one; done;"
      "/usr/sbin/pivot_root . old; for i in 1 2 3 4 5; do sleep 0.02; done; cat " +
      theirs;
  command.arguments = {"unshare", "--mount", "/bin/sh", "-c", script};
  command.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  CHECK(outputOf(std::move(command), {{ours, theirs}}) == "inner");
}

TEST_CASE("what the command has uncovered stays so, and what it has covered itself") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours"), theirs = directory.file("theirs", "theirs");
  const std::string first = directory.file("first", "first"), other = directory.file("other", "other");
  // The second is replaced afterwards: once it is covered again, the first has been looked at for the last time.
  const std::string settle =
      outside("echo new >" + other + ".new; mv " + other + ".new " + other) + until(other, "ours");
  const std::vector<Mount> mounts = {{ours, theirs}, {ours, other}};
  CHECK(outputOf(mounts, "umount " + theirs + "\n" + settle + "cat " + theirs) == "theirs");
  CHECK(outputOf(mounts, "mount --bind " + first + " " + theirs + "\n" + settle + "cat " + theirs) == "first");
}

TEST_CASE("nothing of it is seen outside") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours"), theirs = directory.file("theirs", "theirs");
  const std::string script = outside("echo replaced >" + theirs + ".new; mv " + theirs + ".new " + theirs) +
                             until(theirs, "ours") + outside("cat " + theirs);
  CHECK(outputOf({{ours, theirs}}, script) == "replaced\n");
  std::ostringstream table;
  table << std::ifstream("/proc/thread-self/mountinfo").rdbuf();
  CHECK(table.str().find("theirs") == std::string::npos);
}

}  // namespace netplumb::testing
