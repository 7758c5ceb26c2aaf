#include "process/child.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <thread>

#include "netlink/test_namespace.h"
#include "process/test_command.h"
#include "process/test_directory.h"

namespace netplumb::testing {

namespace {

/// Why the first of these paths that decides it could not be started.
Error refusal(std::vector<std::string> candidates) {
  const BlockedSignals blocked;
  Command command = shell("");
  command.candidates = std::move(candidates);
  Child child = must(Child::fork(command));
  return mustFail(child.started());
}

}  // namespace

TEST_CASE("the exit status is the command's own") {
  CHECK(run(shell("exit 0")).status.code == 0);
  const ExitStatus status = run(shell("exit 37")).status;
  CHECK(status.code == 37);
  CHECK(status.signal == 0);
}

TEST_CASE("a command that a signal ended says which") {
  const ExitStatus status = run(shell("kill -USR1 $$")).status;
  CHECK(status.code == 0);
  CHECK(status.signal == SIGUSR1);
}

TEST_CASE("arguments and environment arrive as they are") {
  Command command = shell("printf '%s|' \"$GREETING\" \"$0\" \"$@\"");
  command.arguments.insert(command.arguments.end(), {"", "a b", "\xff\n"});
  CHECK(run(command).output == "hello||a b|\xff\n|");
}

TEST_CASE("candidates are tried like the directories of PATH") {
  const Directory directory;
  const std::string forbidden = directory.file("forbidden", "#!/bin/sh\n", 0600);
  Command command = shell("echo found");
  command.candidates = {"/nowhere/sh", forbidden, "/etc/passwd/sh", "/bin/sh"};
  CHECK(run(command).output == "found\n");
}

TEST_CASE("what keeps a program from being executed") {
  const Directory directory;
  const std::string forbidden = directory.file("forbidden", "#!/bin/sh\n", 0600);
  const std::string nonsense = directory.file("nonsense", "nonsense", 0700);
  const std::string orphan = directory.file("orphan", "#!/nowhere\n", 0700);

  CHECK(refusal({"/nowhere/a", "/nowhere/b"}).number == ENOENT);
  CHECK(refusal({}).number == ENOENT);
  CHECK(refusal({orphan}).number == ENOENT);
  CHECK(refusal({"/etc"}).number == EACCES);
  CHECK(refusal({forbidden, "/nowhere/a"}).number == EACCES);
  CHECK(refusal({nonsense, "/bin/sh"}).number == ENOEXEC);
  CHECK(refusal({nonsense}).operation == "execve");
}

TEST_CASE("a command runs in the namespace that was named, and sees its links in /sys") {
  Outcome outcome;
  {
    const FreshNamespace room;
    const UniqueFd netns(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    REQUIRE(std::system("ip link add inside0 type bridge") == 0);
    Command command = shell("ls /proc/net/dev_snmp6 /sys/class/net | grep inside; exit 3");
    command.netns = NetnsFd{netns.get()};
    // On a thread that stands elsewhere.
    std::thread elsewhere([&] {
      REQUIRE(unshare(CLONE_NEWNET) == 0);
      outcome = run(command);
    });
    elsewhere.join();
  }
  CHECK(outcome.output == "inside0\ninside0\n");
  CHECK(outcome.status.code == 3);
}

TEST_CASE("the control groups stay in /sys") {
  Command command = shell("ls -A /sys/fs/cgroup | wc -l");
  const std::string outside = run(command).output;
  command.netns = NetnsPath{"/proc/self/ns/net"};
  const FreshNamespace room;
  const UniqueFd netns(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  command.netns = NetnsFd{netns.get()};
  CHECK(run(command).output == outside);
}

TEST_CASE("host name and mounts are the command's own") {
  Command command = shell("mount -t tmpfs none /mnt && touch /mnt/here && hostname && ls /mnt");
  command.hostname = "sandbox-7";
  CHECK(run(command).output == "sandbox-7\nhere\n");
  CHECK(run(shell("hostname; ls /mnt")).output.find("sandbox-7") == std::string::npos);
  CHECK(run(shell("ls /mnt")).output.find("here") == std::string::npos);
}

TEST_CASE("what is unmounted outside goes for the command too") {
  // As /run/netns is, with a namespace pinned in it.
  REQUIRE(std::system("mkdir -p /run/outside && mount -t tmpfs none /run/outside && mount --make-shared /run/outside &&"
                      "mkdir /run/outside/pin && mount -t tmpfs none /run/outside/pin") == 0);
  const Outcome outcome =
      run(shell("grep -c /run/outside/pin /proc/self/mountinfo; nsenter -t $PPID -m umount /run/outside/pin;"
                "grep -c /run/outside/pin /proc/self/mountinfo"));
  CHECK(outcome.output == "1\n0\n");
  CHECK(std::system("umount /run/outside") == 0);
}

TEST_CASE("signals are those of a new program, whatever we ignore, handle and block") {
  struct sigaction ignore = {}, before = {};
  ignore.sa_handler = SIG_IGN;
  REQUIRE(sigaction(SIGPIPE, &ignore, &before) == 0);
  const Outcome outcome = run(shell("cat /proc/self/status | grep -E '^Sig(Blk|Ign|Cgt)'"));
  sigaction(SIGPIPE, &before, nullptr);
  CHECK(outcome.output == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nSigCgt:\t0000000000000000\n");
}

TEST_CASE("standard streams pass even when they are marked close-on-exec and non-blocking, other descriptors do not") {
  const BlockedSignals blocked;
  CapturedOutput output;
  REQUIRE(fcntl(STDOUT_FILENO, F_SETFD, FD_CLOEXEC) == 0);
  REQUIRE(fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK) == 0);
  const UniqueFd other(open("/dev/null", O_RDONLY));  // Not close-on-exec.
  const std::string number = std::to_string(other.get());
  Child child =
      must(Child::fork(shell("grep flags /proc/self/fdinfo/1; [ -e /proc/self/fd/" + number + " ] || echo closed")));
  must(child.started());
  must(child.wait());
  CHECK(output.text() == "flags:\t01\nclosed\n");
}

TEST_CASE("a signal reaches the command, and nobody once it has ended") {
  const BlockedSignals blocked;
  Child child = must(Child::fork(shell("exec sleep 60")));
  must(child.started());
  must(child.signal(SIGTERM));
  CHECK(must(child.wait()).signal == SIGTERM);
  CHECK(mustFail(child.signal(SIGTERM)).number == ESRCH);
}

TEST_CASE("a signal that comes before the program does is not lost") {
  const BlockedSignals blocked;
  struct sigaction handle = {}, before = {};
  handle.sa_handler = [](int) {};
  REQUIRE(sigaction(SIGUSR1, &handle, &before) == 0);
  Child child = must(Child::fork(shell("exec sleep 60")));
  must(child.signal(SIGUSR1));
  must(child.started());
  CHECK(must(child.wait()).signal == SIGUSR1);
  sigaction(SIGUSR1, &before, nullptr);
}

TEST_CASE("a child that is given up is killed") {
  const BlockedSignals blocked;
  {
    Child child = must(Child::fork(shell("exec sleep 60")));
  }
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("a child dies with the thread that forked it") {
  std::optional<Child> child;
  std::thread parent([&] {
    const BlockedSignals blocked;
    child.emplace(must(Child::fork(shell("exec sleep 60"))));
    must(child->started());
  });
  parent.join();
  CHECK(must(child->wait()).signal == SIGKILL);
}

TEST_CASE("nothing is started in what is no network namespace") {
  const BlockedSignals blocked;
  Command command = shell("");
  command.netns = NetnsPath{"/etc/passwd"};
  CHECK(mustFail(Child::fork(command)).operation == "netns");
  command.netns = NetnsPath{"/proc/thread-self/ns/uts"};
  CHECK(mustFail(Child::fork(command)).operation == "netns");
}

TEST_CASE("a privilege that is missing is told with the system call that needs it") {
  const BlockedSignals blocked;
  Error unshared, entered;
  std::thread unprivileged([&] {
    Command command = shell("");
    // Of this thread alone.
    REQUIRE(syscall(SYS_setresuid, 65534, 65534, 65534) == 0);
    unshared = mustFail(must(Child::fork(command)).started());
    command.netns = NetnsPath{"/proc/thread-self/ns/net"};
    entered = mustFail(must(Child::fork(command)).started());
  });
  unprivileged.join();
  CHECK(unshared.operation == "unshare");
  CHECK(unshared.number == EPERM);
  CHECK(entered.operation == "setns");
  CHECK(entered.number == EPERM);
}

}  // namespace netplumb::testing
