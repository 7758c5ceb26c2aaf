#include "host.h"

#include <fcntl.h>
#include <linux/veth.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace netplumb::bench {

namespace {

constexpr const char* kThreadNamespace = "/proc/thread-self/ns/net";

void newNamespace() {
  if (unshare(CLONE_NEWNET) < 0) fail("unshare(CLONE_NEWNET)");
}

void waitForOneBatch() {
  const Descriptor home = currentNamespace();
  newNamespace();
  Descriptor doomed = currentNamespace();
  enterNamespace(home.get());

  Socket socket;
  Batch batch;
  batch.beginLink(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  batch.text(IFLA_IFNAME, "settle");
  const size_t info = batch.open(IFLA_LINKINFO);
  batch.text(IFLA_INFO_KIND, "veth");
  const size_t data = batch.open(IFLA_INFO_DATA);
  const size_t peer = batch.open(VETH_INFO_PEER);
  batch.reserve(sizeof(ifinfomsg));
  batch.text(IFLA_IFNAME, "settle");
  batch.u32(IFLA_NET_NS_FD, doomed.get());
  batch.close(peer);
  batch.close(data);
  batch.close(info);
  batch.end();
  socket.send(batch);

  doomed = Descriptor();
  for (int error = 0; error == 0;) {
    usleep(1000);
    batch.beginLink(RTM_GETLINK, 0);
    batch.text(IFLA_IFNAME, "settle");
    batch.end();
    error = socket.trySend(batch);
  }
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (fd_ >= 0) close(fd_);
  fd_ = other.release();
  return *this;
}

int Descriptor::release() { return std::exchange(fd_, -1); }

Descriptor openPath(const char* path, int flags) {
  const int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0) fail("open %s", path);
  return Descriptor(fd);
}

Descriptor currentNamespace() { return openPath(kThreadNamespace, O_RDONLY); }

void enterNamespace(int fd) {
  if (setns(fd, CLONE_NEWNET) < 0) fail("setns");
}

void enterThrowAwayHost() {
  if (unshare(CLONE_NEWNET | CLONE_NEWNS) < 0) fail("unshare");
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) fail("making mounts private");
  if (mount("tmpfs", "/run", "tmpfs", 0, nullptr) < 0) fail("tmpfs on /run");
}

std::string sandboxPath(int index) { return "/run/netns/s" + std::to_string(index); }

void makeSandboxes(int count) {
  if (mkdir("/run/netns", 0755) < 0 && errno != EEXIST) fail("/run/netns");
  const Descriptor home = currentNamespace();
  for (int i = 0; i < count; i++) {
    const std::string path = sandboxPath(i);
    openPath(path.c_str(), O_CREAT | O_EXCL | O_RDONLY);
    newNamespace();
    if (mount(kThreadNamespace, path.c_str(), "none", MS_BIND, nullptr) < 0) fail("pinning %s", path.c_str());
  }
  enterNamespace(home.get());
}

void dropSandboxes(int count) {
  for (int i = 0; i < count; i++) {
    const std::string path = sandboxPath(i);
    if (umount2(path.c_str(), MNT_DETACH) < 0) fail("unpinning %s", path.c_str());
    unlink(path.c_str());
  }
}

void settle() {
  waitForOneBatch();
  waitForOneBatch();
}

}  // namespace netplumb::bench
