#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "netlink/test_result.h"

// For tests only.

namespace netplumb::testing {

/// A directory for files of a test.
class Directory {
 public:
  Directory() { REQUIRE(mkdtemp(path_) != nullptr); }
  ~Directory() { std::system(("rm -r " + std::string(path_)).c_str()); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  /// The path of a file in it.
  std::string path(const std::string& name) const { return std::string(path_) + "/" + name; }

  /// Writes a file and returns its path.
  std::string file(const std::string& name, const std::string& content, mode_t mode = 0644) const {
    std::ofstream(path(name)) << content;
    REQUIRE(chmod(path(name).c_str(), mode) == 0);
    return path(name);
  }

 private:
  char path_[32] = "/tmp/netplumb-test-XXXXXX";
};

}  // namespace netplumb::testing
