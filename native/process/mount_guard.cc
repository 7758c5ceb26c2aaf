#include "process/mount_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <utility>

#include "process/mounts.h"

namespace netplumb {

namespace {

// Milliseconds for poll.
constexpr int kNever = -1;
constexpr int kAtOnce = 1;
constexpr int kSoon = 500;

UniqueFd openOf(pid_t pid, const char* file) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + file;
  return UniqueFd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

bool MountGuard::Place::isSameFile(const Place& other) const {
  return names > 0 && device == other.device && inode == other.inode && names == other.names &&
         changed == other.changed;
}

MountGuard::MountGuard(const std::vector<Mount>& mounts) {
  for (const Mount& mount : mounts) {
    const auto covered = mount.source ? find(mount.target) : std::nullopt;
    if (covered) kept_.push_back({mount, *covered});
  }
}

/// Nothing if it is not there, or if the kernel does not number its mounts (before Linux 5.8). By number: the C
/// library's wrapper is younger than systems an addon has to load on.
std::optional<MountGuard::Place> MountGuard::find(const std::string& path) {
  constexpr unsigned int kWanted = STATX_MNT_ID | STATX_INO | STATX_NLINK | STATX_CTIME;
  constexpr int64_t kSecond = 1'000'000'000;
  struct statx found;
  if (syscall(SYS_statx, AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, kWanted, &found) != 0) return std::nullopt;
  if ((found.stx_mask & kWanted) != kWanted) return std::nullopt;
  return Place{.mount = found.stx_mnt_id,
               .device = makedev(found.stx_dev_major, found.stx_dev_minor),
               .inode = found.stx_ino,
               .names = found.stx_nlink,
               .changed = found.stx_ctime.tv_sec * kSecond + found.stx_ctime.tv_nsec};
}

void MountGuard::enter(pid_t process) {
  if (kept_.empty()) return;
  UniqueFd table = openOf(process, "mountinfo");
  const UniqueFd mounts = openOf(process, "ns/mnt");
  if (!table || !mounts) return;
  // A thread that shares its working directory with others cannot enter one.
  if (unshare(CLONE_FS) != 0 || setns(mounts.get(), CLONE_NEWNS) != 0) return;
  for (Kept& kept : kept_) {
    const auto directory = find(kept.mount.target.substr(0, kept.mount.target.rfind('/') + 1));
    if (directory) kept.beneath = directory->mount;
  }
  table_ = std::move(table);
}

void MountGuard::keep(int handle) {
  if (!table_) return;
  for (;;) {
    const int pause = restoreAll();
    pollfd fds[] = {{handle, POLLIN, 0}, {table_.get(), POLLPRI, 0}};
    if (poll(fds, 2, pause) < 0 && errno != EINTR) return;
    if (fds[0].revents != 0) return;
  }
}

/// Returns after how many milliseconds to look again if nothing is told until then; -1: not at all.
int MountGuard::restoreAll() {
  int pause = kNever;
  for (Kept& kept : kept_) {
    const int next = restore(kept);
    if (pause == kNever || (next != kNever && next < pause)) pause = next;
  }
  return pause;
}

int MountGuard::restore(Kept& kept) {
  const auto now = find(kept.mount.target);
  // Removed, and perhaps made anew in a moment: the table would not tell.
  if (!now) return kSoon;
  if (now->mount != kept.beneath || now->isSameFile(kept.covered)) return kNever;
  bool isOfSource = false;
  const int number = mountOver({kept.mount.source->c_str(), kept.mount.target.c_str()}, isOfSource);
  // The kernel takes the mount away just before the new file has the name (vfs_rename), and lets nobody cover the old
  // one any more: it is told as one that is not there.
  const auto after = find(kept.mount.target);
  if (number == 0 && (!after || after->mount == kept.beneath)) return kAtOnce;
  kept.covered = *now;
  return kNever;
}

}  // namespace netplumb
