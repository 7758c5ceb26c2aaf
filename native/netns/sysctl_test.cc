#include "netns/sysctl.h"

#include <errno.h>
#include <fcntl.h>

#include "netlink/test_namespace.h"
#include "netns/test_support.h"

namespace netplumb::testing {

namespace {

constexpr char kForward[] = "ipv4/ip_forward";

}  // namespace

TEST_CASE("one tree serves each namespace in which its thread stands") {
  SysctlTree tree;
  const FreshNamespace outer;
  must(tree.write({kForward, "0"}));
  {
    const FreshNamespace inner;
    must(tree.write({kForward, "1"}));
    CHECK(must(tree.replace({kForward, "1"})).former == "1");
  }
  CHECK(must(tree.replace({kForward, "1"})).former == "0");
  CHECK(must(tree.replace({kForward, "0"})).former == "1");
  CHECK(must(SysctlTree().replace({kForward, "0"})).former == "0");
}

TEST_CASE("the former value is one that can be written again") {
  const FreshNamespace room;
  SysctlTree tree;
  constexpr char kRange[] = "ipv4/ip_local_port_range";
  must(tree.write({kRange, "2000 3000"}));
  const std::string former = must(tree.replace({kRange, "4000 5000"})).former;
  CHECK(former == "2000\t3000");
  CHECK(must(tree.replace({kRange, former})).former == "4000\t5000");
  CHECK(must(tree.replace({kRange, former})).former == former);
}

TEST_CASE("paths that leave /proc/sys/net are refused") {
  const FreshNamespace room;
  SysctlTree tree;
  const std::string paths[] = {"",
                               ".",
                               "..",
                               "/",
                               "/etc/passwd",
                               "../kernel/hostname",
                               "ipv4/../../kernel/hostname",
                               "ipv4/./ip_forward",
                               "ipv4//ip_forward",
                               "ipv4/ip_forward/",
                               "ipv4/ip_forward/..",
                               std::string("ipv4/ip_forward\0/x", 18)};
  for (const std::string& path : paths) {
    CAPTURE(path);
    for (const Error& error : {mustFail(tree.write({path, "0", true})), mustFail(tree.replace({path, "0", true}))}) {
      CHECK(error.number == EINVAL);
      CHECK(error.operation == "sysctl");
      CHECK(error.object == path);
      CHECK(error.message == "not a path below /proc/sys/net");
    }
  }
}

TEST_CASE("a parameter that the kernel lacks") {
  const FreshNamespace room;
  SysctlTree tree;
  // The second could be that of an interface with dots in its name.
  for (const char* path : {"ipv4/no_such_parameter", "ipv4/conf/a..b/forwarding"}) {
    const Error error = mustFail(tree.write({path, "1"}));
    CHECK(error.number == ENOENT);
    CHECK(error.operation == "sysctl");
    CHECK(error.object == path);
    CHECK(mustFail(tree.replace({path, "1"})).number == ENOENT);
    CHECK(tree.write({path, "1", true}).ok());
    CHECK(must(tree.replace({path, "1", true})).former == "");
  }
  // It is the parameter that may be missing; a value that it does not take is an error all the same.
  CHECK(mustFail(tree.write({kForward, "many", true})).number == EINVAL);
}

TEST_CASE("values that the kernel does not take, or would take for nothing") {
  const FreshNamespace room;
  SysctlTree tree;
  CHECK(mustFail(tree.write({kForward, ""})).message == "no value");
  CHECK(mustFail(tree.replace({kForward, ""})).message == "no value");
  const Error error = mustFail(tree.write({kForward, "x"}));
  CHECK(error.number == EINVAL);
  CHECK(error.message == "");
  CHECK(mustFail(tree.write({"ipv4", "1"})).number == EISDIR);
  CHECK(must(tree.replace({kForward, "0"})).former == "0");
}

TEST_CASE("files of the namespace in which the thread stands are read") {
  SysctlTree tree;
  const FreshNamespace outer;
  must(tree.write({kForward, "0"}));
  CHECK(must(tree.read("sys/net/ipv4/ip_forward")) == "0");
  {
    const FreshNamespace inner;
    must(tree.write({kForward, "1"}));
    CHECK(must(tree.read("sys/net/ipv4/ip_forward")) == "1");
    // Its only link; the namespace of the process's first thread need not be this one.
    const std::string links = must(tree.read("net/dev"));
    CHECK(links.find("lo:") != std::string::npos);
    CHECK(links.find("eth") == std::string::npos);
  }
  CHECK(must(tree.read("sys/net/ipv4/ip_forward")) == "0");
}

TEST_CASE("files that are none of a network namespace's, or that are not there, are not read") {
  const FreshNamespace room;
  SysctlTree tree;
  for (const char* path : {"", "net", "net/", "net/../self/status", "sys/kernel/hostname", "sys/net/../kernel/hostname",
                           "/etc/passwd", "self/status"}) {
    CAPTURE(path);
    const Error error = mustFail(tree.read(path));
    CHECK(error.number == EINVAL);
    CHECK(error.operation == "read");
    CHECK(error.message == "not a path below /proc/sys/net or /proc/net");
  }
  const Error error = mustFail(tree.read("net/no_such_file"));
  CHECK(error.number == ENOENT);
  CHECK(error.object == "/proc/net/no_such_file");
  CHECK(mustFail(tree.read("sys/net/ipv4")).number == EISDIR);
}

TEST_CASE("a tree's descriptor goes with it and is never inherited") {
  const auto before = openDescriptors();
  {
    SysctlTree tree;
    const auto during = openDescriptors();
    REQUIRE(during.size() == before.size() + 1);
    for (const auto& [fd, target] : during) {
      if (!before.contains(fd)) CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    }
    tree = SysctlTree();
    CHECK(openDescriptors().size() == before.size() + 1);
  }
  CHECK(openDescriptors() == before);
}

}  // namespace netplumb::testing
