#include "netns/unpin_together.h"

#include <errno.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netlink/test_namespace.h"
#include "netns/excursion.h"
#include "netns/pin.h"
#include "netns/test_support.h"

namespace netplumb::testing {

namespace {

constexpr char kDirectory[] = "/run/netns";

/// A host, and namespaces pinned there.
struct Pins {
  explicit Pins(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      paths.push_back(std::string(kDirectory) + "/n" + std::to_string(i));
      must(insideNew(must(Namespace::current()), [&] { return pinCurrent(paths.back()); }));
    }
  }
  ~Pins() { umount2(kDirectory, MNT_DETACH); }

  FreshNamespace host;
  std::vector<std::string> paths;
};

/// Sets how many descriptors this process may have, for as long as it lives.
struct MostDescriptors {
  explicit MostDescriptors(rlim_t most) {
    getrlimit(RLIMIT_NOFILE, &former);
    const struct rlimit limit{most, former.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  }
  ~MostDescriptors() { setrlimit(RLIMIT_NOFILE, &former); }
  struct rlimit former;
};

}  // namespace

TEST_CASE("many are unpinned together, and no descriptor is left") {
  Pins pins(100);
  const auto before = openDescriptors();
  const auto results = unpinTogether(pins.paths);
  CHECK(results.size() == 100);
  for (const Status& result : results) must(result);
  CHECK(filesIn(kDirectory).empty());
  CHECK(openDescriptors() == before);
}

TEST_CASE("very many are unpinned together, some of them in between") {
  const MostDescriptors enough(8192);
  Pins pins(2100);
  const auto before = openDescriptors();
  for (const Status& result : unpinTogether(pins.paths)) must(result);
  CHECK(filesIn(kDirectory).empty());
  CHECK(openDescriptors() == before);
}

TEST_CASE("what is gone, a link and a plain file are unpinned among others; what cannot be is told") {
  Pins pins(3);
  const std::string directory = kDirectory;
  REQUIRE(symlink("/proc/1/ns/net", (directory + "/link").c_str()) == 0);
  REQUIRE(mkdir((directory + "/tree").c_str(), 0700) == 0);
  pins.paths.insert(pins.paths.begin() + 1, {directory + "/gone", directory + "/link", directory + "/tree"});
  const auto results = unpinTogether(pins.paths);
  REQUIRE(results.size() == 6);
  for (const size_t i : {0, 1, 2, 4, 5}) must(results[i]);
  CHECK(mustFail(results[3]).number == EISDIR);
  CHECK(filesIn(kDirectory) == std::set<std::string>{"tree"});
  rmdir((directory + "/tree").c_str());
}

TEST_CASE("one that somebody keeps does not hold the others up") {
  Pins pins(80);
  const Namespace kept = must(Namespace::atPath(pins.paths.front()));
  for (const Status& result : unpinTogether(pins.paths)) must(result);
  CHECK(filesIn(kDirectory).empty());
}

TEST_CASE("with few descriptors as many go together as there is room for") {
  Pins pins(100);
  const MostDescriptors few(openDescriptors().size() + 24);
  for (const Status& result : unpinTogether(pins.paths)) must(result);
  CHECK(filesIn(kDirectory).empty());
}

TEST_CASE("none is nothing") { CHECK(unpinTogether({}).empty()); }

}  // namespace netplumb::testing
