#include "netns/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <barrier>
#include <cstdio>
#include <thread>
#include <vector>

#include "netlink/test_namespace.h"
#include "netns/excursion.h"
#include "netns/test_support.h"

namespace netplumb::testing {

namespace {

constexpr char kDirectory[] = "/run/netns";

std::string at(const std::string& name) { return std::string(kDirectory) + "/" + name; }

/// /run/netns as it is before anybody has pinned anything, and again afterwards.
class EmptyDirectory {
 public:
  EmptyDirectory() { clear(); }
  ~EmptyDirectory() { clear(); }

 private:
  static void clear() {
    for (const std::string& name : filesIn(kDirectory)) must(unpin(at(name)));
    while (umount2(kDirectory, MNT_DETACH) == 0) {
    }
    // Another layer may have been mounted over these.
    for (const std::string& name : filesIn(kDirectory)) must(unpin(at(name)));
    rmdir(kDirectory);
    REQUIRE(mountsBelow(kDirectory).empty());
  }
};

struct Output {
  std::string text;
  int status;
};

Output run(const std::string& command) {
  Output output;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  char part[256];
  while (fgets(part, sizeof part, pipe) != nullptr) output.text += part;
  output.status = pclose(pipe);
  return output;
}

/// A new namespace, pinned.
Status pinNew(const std::string& path) {
  return insideNew(must(Namespace::current()), [&] { return pinCurrent(path); });
}

}  // namespace

TEST_CASE("ip netns sees a pinned namespace, runs commands in it and removes it") {
  const EmptyDirectory directory;
  const std::string there = must(insideNew(must(Namespace::current()), [&]() -> Result<std::string> {
    must(pinCurrent(at("web")));
    return whereAmI();
  }));
  const Output list = run("ip netns list");
  REQUIRE(list.status == 0);
  CHECK(list.text == "web\n");
  CHECK(run("ip netns exec web readlink /proc/self/ns/net").text == there + "\n");
  CHECK(run("ip netns del web").status == 0);
  CHECK(filesIn(kDirectory).empty());
  CHECK(mountsBelow(kDirectory).count(at("web")) == 0);
}

TEST_CASE("what ip netns has added is opened and unpinned") {
  const EmptyDirectory directory;
  REQUIRE(run("ip netns add web").status == 0);
  CHECK_FALSE(must(Namespace::atPath(at("web"))) == must(Namespace::current()));
  must(pinNew(at("db")));
  // The directory was a shared mount point and has not been mounted over itself again.
  CHECK(mountsBelow(kDirectory).count(kDirectory) == 1);
  must(unpin(at("web")));
  CHECK(run("ip netns list").text == "db\n");
}

TEST_CASE("the first pin makes the directory and shares it between mount namespaces") {
  const EmptyDirectory directory;
  must(pinNew(at("web")));
  CHECK(mountsBelow(kDirectory) == std::multiset<std::string>{kDirectory, at("web")});
  CHECK(run("findmnt -n -o PROPAGATION /run/netns").text == "shared\n");
  struct stat status;
  REQUIRE(stat(kDirectory, &status) == 0);
  CHECK((status.st_mode & 07777) == 0755);
}

TEST_CASE("many threads may make the directory at once") {
  for (int round = 0; round < 20; ++round) {
    CAPTURE(round);
    const EmptyDirectory directory;
    std::barrier start(8);
    std::vector<std::thread> threads;
    std::vector<int> failures(8);
    for (size_t i = 0; i < failures.size(); ++i) {
      threads.emplace_back([&, i] {
        // Nothing of doctest here: assertions that throw would end the process.
        const auto home = Namespace::current();
        const Status pinned = insideNew(*home, [&] {
          start.arrive_and_wait();
          return pinCurrent(at("n" + std::to_string(i)));
        });
        failures[i] = pinned ? 0 : pinned.error().number;
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(failures == std::vector<int>(8));
    CHECK(mountsBelow(kDirectory).count(kDirectory) == 1);
    CHECK(mountsBelow(kDirectory).size() == 9);
  }
}

TEST_CASE("whatever stands at the path stays as it is") {
  const EmptyDirectory directory;
  must(pinNew(at("taken")));
  REQUIRE(close(creat(at("file").c_str(), 0600)) == 0);
  REQUIRE(symlink("/dev/null", at("link").c_str()) == 0);
  REQUIRE(symlink(at("made").c_str(), at("dangling").c_str()) == 0);
  const Namespace held = must(Namespace::atPath(at("taken")));
  const auto before = mountsBelow(kDirectory);
  const auto files = filesIn(kDirectory);
  for (const char* name : {"taken", "file", "link", "dangling"}) {
    CAPTURE(name);
    const Error pinned = mustFail(pinNew(at(name)));
    CHECK(pinned.number == EEXIST);
    CHECK(pinned.operation == "open");
    CHECK(pinned.object == at(name));
    const Error linked = mustFail(linkNamespace(at(name), "/proc/1/ns/net"));
    CHECK(linked.number == EEXIST);
    CHECK(linked.operation == "symlink");
    CHECK(linked.object == at(name));
  }
  CHECK(mountsBelow(kDirectory) == before);
  CHECK(filesIn(kDirectory) == files);
  CHECK(must(Namespace::atPath(at("taken"))) == held);
}

TEST_CASE("a pin that fails leaves no file") {
  const EmptyDirectory directory;
  must(pinNew(at("first")));
  // A namespace file cannot be bound where /proc is not what it should be.
  const Error error = mustFail(insideNew(must(Namespace::current()), [&]() -> Status {
    REQUIRE(mount("tmpfs", "/proc", "tmpfs", 0, nullptr) == 0);
    Status pinned = pinCurrent(at("web"));
    REQUIRE(umount2("/proc", MNT_DETACH) == 0);
    return pinned;
  }));
  CHECK(error.number == ENOENT);
  CHECK(error.operation == "mount");
  CHECK(error.object == at("web"));
  CHECK(filesIn(kDirectory) == std::set<std::string>{"first"});
}

TEST_CASE("directories that cannot be made") {
  const Error missing = mustFail(pinNew("/run/no/such/web"));
  CHECK(missing.number == ENOENT);
  CHECK(missing.operation == "mkdir");
  CHECK(missing.object == "/run/no/such");
  CHECK(mustFail(linkNamespace("/run/no/such/web", "/proc/1/ns/net")).operation == "mkdir");
  const Error file = mustFail(pinNew("/dev/null/web"));
  CHECK(file.operation != "");
  CHECK(file.number == ENOTDIR);
}

TEST_CASE("a link to a process's namespace is one that ip netns can use") {
  const EmptyDirectory directory;
  const Child child([] { return unshare(CLONE_NEWNET) == 0; });
  REQUIRE(child.started());
  must(linkNamespace(at("web"), "/proc/" + std::to_string(child.pid()) + "/ns/net"));
  CHECK(must(Namespace::atPath(at("web"))) == must(Namespace::ofPid(child.pid())));
  CHECK(run("ip netns exec web true").status == 0);
}

TEST_CASE("unpin can be repeated, and never follows a link") {
  const EmptyDirectory directory;
  must(pinNew(at("web")));
  must(linkNamespace(at("link"), at("web")));
  must(unpin(at("link")));
  CHECK(filesIn(kDirectory) == std::set<std::string>{"web"});
  CHECK(mountsBelow(kDirectory).count(at("web")) == 1);

  must(unpin(at("web")));
  CHECK(filesIn(kDirectory).empty());
  must(unpin(at("web")));
  must(unpin("/run/no/such/directory"));

  // As an interrupted pin leaves it.
  REQUIRE(close(creat(at("half").c_str(), 0)) == 0);
  must(unpin(at("half")));
  CHECK(filesIn(kDirectory).empty());
}

TEST_CASE("unpin takes away all that is stacked at the path") {
  const EmptyDirectory directory;
  must(pinNew(at("web")));
  REQUIRE(mount("/proc/thread-self/ns/net", at("web").c_str(), "none", MS_BIND, nullptr) == 0);
  REQUIRE(mountsBelow(at("web")).size() == 2);
  must(unpin(at("web")));
  CHECK(mountsBelow(at("web")).empty());
  CHECK(filesIn(kDirectory).empty());
}

TEST_CASE("what cannot be unpinned is told") {
  const EmptyDirectory directory;
  must(pinNew(at("web")));
  REQUIRE(mkdir(at("directory").c_str(), 0700) == 0);
  const Error error = mustFail(unpin(at("directory")));
  CHECK(error.number == EISDIR);
  CHECK(error.operation == "unlink");
  CHECK(error.object == at("directory"));
  REQUIRE(rmdir(at("directory").c_str()) == 0);
}

}  // namespace netplumb::testing
