#include "process/captured_streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace netplumb {

namespace {

constexpr unsigned int kCloseOnExec = 1;
constexpr unsigned int kNotExecutable = 8;

/// A file of its own in memory. Machines may insist on such as can never be executed (vm.memfd_noexec); kernels before
/// Linux 6.3 do not know them. By number: the C library's wrapper is younger than systems an addon has to load on.
UniqueFd openMemory() {
  const auto create = [](unsigned int flags) {
    return static_cast<int>(syscall(SYS_memfd_create, "netplumb input", flags));
  };
  const int fd = create(kCloseOnExec | kNotExecutable);
  return UniqueFd(fd < 0 && errno == EINVAL ? create(kCloseOnExec) : fd);
}

}  // namespace

Result<CapturedStreams> CapturedStreams::open(std::string_view input) {
  CapturedStreams streams;
  streams.input_ = openMemory();
  if (!streams.input_) return Error{errno, "memfd_create"};
  while (!input.empty()) {
    const ssize_t written = write(streams.input_.get(), input.data(), input.size());
    if (written < 0) return Error{errno, "write"};
    input.remove_prefix(static_cast<size_t>(written));
  }
  lseek(streams.input_.get(), 0, SEEK_SET);
  auto output = openStream();
  if (!output) return output.error();
  streams.output_ = std::move(*output);
  auto errors = openStream();
  if (!errors) return errors.error();
  streams.errors_ = std::move(*errors);
  return streams;
}

Result<CapturedStreams::Stream> CapturedStreams::openStream() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Error{errno, "pipe2"};
  Stream stream;
  stream.ours.reset(ends[0]);
  stream.program.reset(ends[1]);
  fcntl(stream.ours.get(), F_SETFL, O_NONBLOCK);
  return stream;
}

void CapturedStreams::closeProgramEnds() {
  input_.reset();
  output_.program.reset();
  errors_.program.reset();
}

void CapturedStreams::read(int process) {
  bool hasEnded = false;
  while (!hasEnded && (output_.ours || errors_.ours)) {
    // A descriptor that is closed by now, -1, is passed over.
    pollfd fds[] = {{output_.ours.get(), POLLIN, 0}, {errors_.ours.get(), POLLIN, 0}, {process, POLLIN, 0}};
    if (poll(fds, 3, -1) < 0 && errno != EINTR) return;
    // Before the streams are read: whatever it wrote is there by then.
    hasEnded = fds[2].revents != 0;
    for (Stream* stream : {&output_, &errors_}) {
      if (stream->ours && !stream->read()) stream->ours.reset();
    }
  }
}

bool CapturedStreams::Stream::read() {
  std::array<char, 16 * 1024> part;
  for (;;) {
    const ssize_t length = ::read(ours.get(), part.data(), part.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return errno == EAGAIN;
    if (length == 0) return false;
    text.append(part.data(), std::min(static_cast<size_t>(length), kLongestText - text.size()));
  }
}

}  // namespace netplumb
