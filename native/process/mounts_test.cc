#include "process/mounts.h"

#include <errno.h>
#include <sys/mount.h>

#include <filesystem>
#include <sstream>

#include "process/test_command.h"
#include "process/test_directory.h"

namespace netplumb::testing {

namespace {

/// A script for the shell that finds these.
Command shellWith(std::vector<Mount> mounts, const std::string& script) {
  Command command = shell(script);
  command.mounts = std::move(mounts);
  return command;
}

Error refusal(std::vector<Mount> mounts) {
  const BlockedSignals blocked;
  Child child = must(Child::fork(shellWith(std::move(mounts), "")));
  return mustFail(child.started());
}

std::string textOf(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string ourMounts() { return textOf("/proc/thread-self/mountinfo"); }

}  // namespace

TEST_CASE("a command finds files in the place of others, and nobody else does") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours\n"), theirs = directory.file("theirs", "theirs\n");
  const std::string others = directory.file("others", "others\n"), second = directory.file("second", "second\n");
  const std::string before = ourMounts();
  // What others see meanwhile, they see in the mounts of the one that has started it.
  const std::string outside = "nsenter --target $PPID --mount cat " + theirs + " " + second;
  const std::string script = "cat " + theirs + " " + second + "; " + outside;
  const Outcome outcome = run(shellWith({{ours, theirs}, {others, second}}, script));
  CHECK(outcome.output == "ours\nothers\ntheirs\nsecond\n");
  CHECK(ourMounts() == before);
  CHECK(textOf(theirs) == "theirs\n");
}

TEST_CASE("what a command writes into its file goes there alone, and what is written there it reads") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours\n"), theirs = directory.file("theirs", "theirs\n");
  const std::string script = "echo more >>" + theirs + "; echo outside >>" + ours + "; cat " + theirs;
  CHECK(run(shellWith({{ours, theirs}}, script)).output == "ours\nmore\noutside\n");
  CHECK(textOf(ours) == "ours\nmore\noutside\n");
  CHECK(textOf(theirs) == "theirs\n");
}

TEST_CASE("a link is covered, not what it points to, and stays covered when that is replaced") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours\n"), theirs = directory.file("theirs", "theirs\n");
  const std::string link = directory.path("link"), nowhere = directory.path("nowhere");
  std::filesystem::create_symlink("theirs", link);
  std::filesystem::create_symlink("no-such-file", nowhere);
  const std::string replace =
      "nsenter --target $PPID --mount sh -c 'echo new >" + theirs + ".new; mv " + theirs + ".new " + theirs + "'";
  const std::string script = "cat " + link + " " + theirs + " " + nowhere + "; " + replace + "; cat " + link + " " +
                             theirs + "; readlink " + link + " || echo no link";
  const Outcome outcome = run(shellWith({{ours, link}, {ours, nowhere}}, script));
  CHECK(outcome.output == "ours\ntheirs\nours\nours\nnew\nno link\n");
  CHECK(std::filesystem::read_symlink(link) == "theirs");
  CHECK(std::filesystem::is_symlink(nowhere));
}

TEST_CASE("what is not there is passed over and is not made, and what follows is mounted all the same") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours\n"), theirs = directory.file("theirs", "theirs\n");
  const std::string missing = directory.path("missing"), deeper = directory.path("no/such/file");
  const Outcome outcome = run(shellWith({{ours, missing}, {ours, deeper}, {std::nullopt, missing}, {ours, theirs}},
                                        "ls " + missing + " 2>&1 | grep -c 'No such'; cat " + theirs));
  CHECK(outcome.output == "1\nours\n");
  CHECK_FALSE(std::filesystem::exists(missing));
}

TEST_CASE("a file is covered where nothing can be written") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours\n");
  const std::string root = directory.path("root"), theirs = root + "/theirs";
  std::filesystem::create_directory(root);
  REQUIRE(mount("tmpfs", root.c_str(), "tmpfs", 0, nullptr) == 0);
  std::ofstream(theirs) << "theirs\n";
  REQUIRE(mount(nullptr, root.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0);
  const Outcome outcome =
      run(shellWith({{ours, theirs}, {ours, root + "/missing"}},
                    "cat " + theirs + "; ls " + root + "; touch " + root + "/new 2>/dev/null || echo read-only"));
  CHECK(umount(root.c_str()) == 0);
  CHECK(outcome.output == "ours\ntheirs\nread-only\n");
}

TEST_CASE("a directory is covered by an empty one that cannot be written to; a file in its place is left alone") {
  const Directory directory;
  const std::string full = directory.path("full"), link = directory.path("link");
  std::filesystem::create_directory(full);
  const std::string file = directory.file("full/file", "file\n");
  std::filesystem::create_directory_symlink("full", link);
  const std::string script = "ls -A " + full + " | wc -l; touch " + full + "/new 2>/dev/null || echo read-only";
  CHECK(run(shellWith({{std::nullopt, full}}, script)).output == "0\nread-only\n");
  CHECK(run(shellWith({{std::nullopt, link}}, script)).output == "0\nread-only\n");
  CHECK(run(shellWith({{std::nullopt, file}}, "cat " + file)).output == "file\n");
  CHECK(textOf(file) == "file\n");
}

TEST_CASE("a mount that cannot be made is told with its path, and the program does not run") {
  const Directory directory;
  const std::string ours = directory.file("ours", "ours\n"), theirs = directory.file("theirs", "theirs\n");
  const std::string missing = directory.path("missing"), ran = directory.path("ran");
  const Error absent = refusal({{ours, theirs}, {missing, theirs}});
  CHECK(absent.operation == "mount");
  CHECK(absent.number == ENOENT);
  CHECK(absent.object == missing);
  std::filesystem::create_directory(directory.path("directory"));
  const Error unfit = refusal({{ours, directory.path("directory")}});
  CHECK(unfit.operation == "mount");
  CHECK(unfit.number == EINVAL);
  CHECK(unfit.object == directory.path("directory"));
  const BlockedSignals blocked;
  Child child = must(Child::fork(shellWith({{missing, theirs}}, "touch " + ran)));
  (void)mustFail(child.started());
  CHECK_FALSE(std::filesystem::exists(ran));
}

}  // namespace netplumb::testing
